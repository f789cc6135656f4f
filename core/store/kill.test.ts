import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { createTestDeps } from '../testing/deps.ts';
import { openStore } from './open-store.ts';

// Writes for ever, two rows a transaction, and names each transaction that the store says it has kept.
const writer = `
  const { openStore } = await import(process.argv[1]);
  const store = await openStore({ dataFolder: process.argv[2], now: Date.now });
  for (let n = 0; ; n += 1) {
    const row = (half) => ({
      sql: 'INSERT INTO stopped_runs (container_id, started_at) VALUES (?, ?)',
      values: [process.argv[3] + '-' + String(n).padStart(6, '0') + half, 'x'.repeat(3000)],
    });
    await store.run(row('a'), row('b'));
    process.stdout.write(n + '\\n');
  }
`;

test('a kill at any moment loses nothing that was kept and leaves nothing half', { timeout: 60_000 }, async () => {
  using deps = createTestDeps();
  const storeFile = new URL('./open-store.ts', import.meta.url).href;
  // Before and after the write-ahead file's first checkpoints (1,000 pages).
  for (const [round, killAfter] of [0, 7, 120, 431].entries()) {
    const child = spawn(process.execPath, [
      '--input-type=module',
      '-e',
      writer,
      storeFile,
      deps.dataFolder,
      `r${round}`,
    ]);
    const exited = new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
    let lastKept = -1;
    for await (const line of createInterface(child.stdout)) {
      lastKept = Number(line);
      if (lastKept >= killAfter) child.kill('SIGKILL');
    }
    expect(await exited).toBe('SIGKILL');
    expect(lastKept).toBeGreaterThanOrEqual(killAfter);

    const store = await openStore(deps);
    expect(store.notices).toEqual([]);
    const rows = await store.all(
      'SELECT container_id AS id FROM stopped_runs WHERE container_id LIKE ? ORDER BY container_id',
      [`r${round}-%`],
    );
    // The transaction under way may have been kept without the writer having heard of it.
    expect(rows.length / 2).toBeGreaterThanOrEqual(lastKept + 1);
    expect(rows.length / 2).toBeLessThanOrEqual(lastKept + 2);
    for (const [index, row] of rows.entries()) {
      expect(row['id']).toBe(
        `r${round}-${String(Math.floor(index / 2)).padStart(6, '0')}${index % 2 === 0 ? 'a' : 'b'}`,
      );
    }
    await store.close();
  }
});
