import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { openSpool } from './spool.ts';

// A file that may not grow beyond a limit fails as one on a full disk does: the last write is done in part, the next one
// throws. The limit binds this program alone, needs no rights, and can be lifted from outside.
const writer = `
  const { openSpool } = await import(process.argv[1]);
  process.on('SIGXFSZ', () => {});
  const spool = await openSpool(process.argv[2], () => 64 * 1024 * 1024);
  let isFull = false;
  for (let wanted = 0; wanted < 4000; ) {
    const lines = Array.from({ length: 100 }, (_, index) => ({
      at: null, output: 'stdout', level: 'info', text: 'line ' + (wanted + index) + ' ' + 'x'.repeat(200),
    }));
    try {
      await spool.append(lines);
      wanted += 100;
      if (isFull) process.stdout.write('room\\n');
      isFull = false;
    } catch (error) {
      if (!isFull) process.stdout.write(error.code + ' ' + spool.totals().end.all + ' ' + wanted + '\\n');
      isFull = true;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
  await spool.close();
`;

test.skipIf(process.platform !== 'linux')(
  'a log on a full disk holds what it said it holds, and goes on where it was when there is room (Linux: a limit stands in)',
  { timeout: 30_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'nimdeck-full-'));
    const spoolFile = new URL('./spool.ts', import.meta.url).href;
    const limit = 'ulimit -S -f 200; exec "$@"';
    const node = [process.execPath, '--input-type=module', '-e', writer, spoolFile, join(folder, 'spool')];
    const child = spawn('sh', ['-c', limit, 'sh', ...node], { stdio: ['ignore', 'pipe', 'inherit'] });
    const said: string[] = [];
    for await (const line of createInterface(child.stdout)) {
      said.push(line);
      if (line.startsWith('EFBIG')) execFileSync('prlimit', ['--pid', String(child.pid), '--fsize=unlimited:']);
    }
    const [failure = '', next] = said;
    const [code, held, wanted] = failure.split(' ');
    expect([code, Number(held) > 0, held]).toEqual(['EFBIG', true, wanted]);
    expect(next).toBe('room');

    const spool = await openSpool(join(folder, 'spool'), () => 64 * 1024 * 1024);
    const texts: string[] = [];
    for await (const { text } of spool.records(0, 'all'))
      texts.push(...text.split('\n').filter((record) => record !== ''));
    expect(texts.map((text) => text.split(' ').slice(1, 3).join(' '))).toEqual(
      Array.from({ length: 4000 }, (_, n) => `iline ${n}`),
    );
    await spool.close();
    rmSync(folder, { recursive: true });
  },
);
