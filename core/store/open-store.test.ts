import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { createTestDeps } from '../testing/deps.ts';
import { migrations } from './migrations.ts';
import { openStore } from './open-store.ts';
import type { Store } from './store.ts';

const addRun = (id: string) => ({
  sql: 'INSERT INTO stopped_runs (container_id, started_at) VALUES (?, ?)',
  values: [id, '2026-01-01T00:00:00.000Z'],
});
const runs = async (store: Store) =>
  (await store.all('SELECT container_id FROM stopped_runs ORDER BY container_id')).map((row) => row['container_id']);
const fileOf = (deps: { dataFolder: string }) => join(deps.dataFolder, 'nimdeck.db');
const aside = (deps: { dataFolder: string }, word: string) =>
  readdirSync(deps.dataFolder).filter((name) => name.includes(word));

test('what was written is there after a close and a new start, in files that only the user can read', async () => {
  using deps = createTestDeps();
  const first = await openStore(deps);
  await first.run(addRun('a'));
  if (deps.platform !== 'win32') {
    for (const name of readdirSync(deps.dataFolder)) expect(statSync(join(deps.dataFolder, name)).mode & 0o77).toBe(0);
    expect(statSync(deps.dataFolder).mode & 0o77).toBe(0);
  }
  await first.close();
  expect(readdirSync(deps.dataFolder)).toEqual(['nimdeck.db']);
  const second = await openStore(deps);
  expect(await runs(second)).toEqual(['a']);
  expect([second.notices, second.hasFullText]).toEqual([[], true]);
  await second.close();
});

test('statements of one call are kept together or not at all', async () => {
  using deps = createTestDeps();
  const store = await openStore(deps);
  await expect(store.run(addRun('a'), addRun('b'), addRun('a'))).rejects.toThrow('UNIQUE');
  expect(await runs(store)).toEqual([]);
  await store.run(addRun('a'), addRun('b'));
  expect(await runs(store)).toEqual(['a', 'b']);
  await store.close();
});

test('calls are done in order, and those made before the close are still done', async () => {
  using deps = createTestDeps();
  const store = await openStore(deps);
  const ids = Array.from({ length: 50 }, (_, index) => `run-${String(index).padStart(2, '0')}`);
  const writes = ids.map((id) => store.run(addRun(id)));
  const seen = runs(store);
  await store.close();
  await Promise.all(writes);
  expect(await seen).toEqual(ids);
  await expect(store.run(addRun('late'))).rejects.toMatchObject({ code: 'CANCELLED' });
  await store.close();
});

test('a wrong statement fails alone', async () => {
  using deps = createTestDeps();
  const store = await openStore(deps);
  await expect(store.all('SELECT 1 FROM nowhere')).rejects.toThrow('no such table');
  expect(await runs(store)).toEqual([]);
  await store.close();
});

test('the tables hold what chat needs: a conversation goes with its messages', async () => {
  using deps = createTestDeps();
  const store = await openStore(deps);
  await store.run(
    {
      sql: `INSERT INTO conversations (id, title, created_at, updated_at, nim_name, parameters) VALUES ('c', 't', 'n', 'n', NULL, '{}')`,
    },
    {
      sql: `INSERT INTO messages (id, conversation_id, parent_id, position, role, text, reasoning, created_at, turn)
            VALUES ('m', 'c', NULL, 0, 'assistant', 'x', '', 'n', '{"state":"streaming"}')`,
    },
  );
  const plan = await store.all(
    `EXPLAIN QUERY PLAN SELECT id FROM messages WHERE json_extract(turn, '$.state') IN ('waiting', 'streaming')`,
  );
  expect(String(plan[0]?.['detail'])).toContain('messages_unfinished');
  await store.run({ sql: `DELETE FROM conversations WHERE id = 'c'` });
  expect(await store.all('SELECT id FROM messages')).toEqual([]);
  await store.close();
});

test.each([
  [
    'text instead of a database',
    (file: string) => writeFileSync(file, 'this is not a database, but long enough to be one'),
  ],
  ['a page overwritten', (file: string) => damagePage(file)],
  ['the end cut off', (file: string) => truncateSync(file, 5000)],
])('a damaged file (%s) is set aside whole, said, and does not block the start', async (_what, damage) => {
  using deps = createTestDeps({ now: () => Date.UTC(2026, 10, 24, 15, 9) });
  const first = await openStore(deps);
  await first.run(...Array.from({ length: 300 }, (_, index) => addRun(`run-${index}`)));
  await first.close();
  damage(fileOf(deps));
  const bytes = readFileSync(fileOf(deps));

  const second = await openStore(deps);
  expect(second.notices.map((notice) => notice.code)).toEqual(['STORE_DAMAGED']);
  expect(second.notices[0]?.message).toContain('nimdeck.damaged-2026-11-24T15-09-00.db');
  expect(readFileSync(join(deps.dataFolder, 'nimdeck.damaged-2026-11-24T15-09-00.db')).equals(bytes)).toBe(true);
  await second.run(addRun('new'));
  await second.close();
  const third = await openStore(deps);
  expect([await runs(third), third.notices]).toEqual([['new'], []]);
  await third.close();
});

function damagePage(file: string): void {
  const bytes = readFileSync(file);
  bytes.fill(0xff, 4096, bytes.length);
  writeFileSync(file, bytes);
}

test('a file of a newer Nimdeck is set aside unchanged and said', async () => {
  using deps = createTestDeps();
  await (await openStore(deps)).close();
  const file = new DatabaseSync(fileOf(deps));
  file.exec(`CREATE TABLE future (x); PRAGMA user_version = ${migrations.length + 1}`);
  file.close();

  const store = await openStore(deps);
  expect(store.notices.map((notice) => notice.code)).toEqual(['STORE_NEWER']);
  await store.run(addRun('a'));
  await store.close();
  const [name = ''] = aside(deps, 'newer');
  const kept = new DatabaseSync(join(deps.dataFolder, name), { readOnly: true });
  expect(kept.prepare('SELECT name FROM sqlite_master WHERE name = ?').all('future')).toHaveLength(1);
  kept.close();
});

test('a second damaged file of the same second gets a name of its own', async () => {
  using deps = createTestDeps({ now: () => 0 });
  for (let round = 0; round < 2; round += 1) {
    mkdirSync(deps.dataFolder, { recursive: true });
    writeFileSync(fileOf(deps), `damaged in round ${round}`);
    await (await openStore(deps)).close();
  }
  expect(
    aside(deps, 'damaged')
      .map((name) => readFileSync(join(deps.dataFolder, name), 'utf8'))
      .toSorted(),
  ).toEqual(['damaged in round 0', 'damaged in round 1']);
});

test('where the folder cannot be made, a store in memory serves and that is said', async () => {
  using deps = createTestDeps();
  mkdirSync(dirname(deps.dataFolder), { recursive: true });
  writeFileSync(deps.dataFolder, 'a file where the folder should be');
  const store = await openStore(deps);
  expect(store.notices.map((notice) => notice.code)).toEqual(['STORE_NOT_WRITABLE']);
  await store.run(addRun('a'));
  expect(await runs(store)).toEqual(['a']);
  await store.close();
});

test('a full disk fails the write by name, and the store goes on when there is room again', async () => {
  using deps = createTestDeps();
  const store = await openStore(deps);
  const [pages] = await store.all('PRAGMA page_count');
  await store.all(`PRAGMA max_page_count = ${Number(pages?.['page_count'])}`);
  const large = { ...addRun('large'), values: ['large', 'x'.repeat(1_000_000)] };
  await expect(store.run(addRun('before'), large)).rejects.toMatchObject({ code: 'DISK_FULL' });
  await store.all('PRAGMA max_page_count = 1000000');
  await store.run(addRun('after'));
  expect(await runs(store)).toEqual(['after']);
  await store.close();
});

test('the file can be read by another program while it is open', async () => {
  using deps = createTestDeps();
  const store = await openStore(deps);
  await store.run(addRun('a'));
  const other = new DatabaseSync(fileOf(deps), { readOnly: true });
  expect(other.prepare('SELECT count(*) AS n FROM stopped_runs').get()).toEqual({ n: 1 });
  other.close();
  await store.close();
  expect(existsSync(`${fileOf(deps)}-wal`)).toBe(false);
});
