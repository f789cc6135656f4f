import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeToken } from '../headless/access.ts';
import { removeData, removeReleasedLock } from './data-folder.ts';
import { tryLockFolder } from './host/folder-lock.ts';
import { readJsonFile, writeJsonFile } from './lib/json-file.ts';
import { createLogFile } from './lib/log-file.ts';
import { idOfRun } from './logs/run-store.ts';
import { openDatabase } from './store/database.ts';

let scratch = '';
let folder = '';
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'nimdeck-folder-'));
  folder = join(scratch, 'data');
  mkdirSync(folder);
});
afterEach(() => rmSync(scratch, { recursive: true, force: true }));

const put = (path: string) => {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), 'x');
};

const now = Date.UTC(2026, 10, 24);

/** By the code that writes there, so that a new name is missed here first. */
async function fill(): Promise<void> {
  const store = join(folder, 'nimdeck.db');
  const steps = ['CREATE TABLE a (x)', 'CREATE TABLE b (x)'];
  for (const migrations of [steps.slice(0, 1), steps, [], []])
    openDatabase(store, { now, migrations }).database.close();
  writeFileSync(store, 'damaged');
  writeFileSync(`${store}-wal`, 'damaged');
  openDatabase(store, { now, migrations: steps }).database.close();
  for (const name of ['settings', 'addresses', 'secrets']) {
    const file = join(folder, `${name}.json`);
    for (const content of ['damaged', 'damaged too', '{"version":2}']) {
      writeFileSync(file, content);
      await readJsonFile(file, 1, now);
    }
    await writeJsonFile(file, 1, { key: 'nvapi-0123456789' });
  }
  const log = createLogFile(join(folder, 'nimdeck.log'), { maxBytes: 5 });
  for (let line = 0; line < 5; line += 1) log('a line');
  makeToken(folder);
  // In place of what needs a process, a kill in mid-write, a screen or Electron.
  for (const name of ['core.json', 'core.json.77.new', 'core.sock', 'browser-token.77.new', 'open.html']) put(name);
  for (const name of ['settings.json.tmp', 'nimdeck.db-wal', 'nimdeck.db-journal', '.probe-77']) put(name);
  for (const name of ['practice/tree.json', 'desktop/window.json', 'compiled/v24/x']) put(name);
  put(`logs/${idOfRun('0123456789ab', '2026-01-01T00:00:00Z')}/run.json`);
}

test('nothing stays of what Nimdeck has written there, set aside or left by a kill, and the folder goes', async () => {
  await fill();
  const lock = tryLockFolder(folder);
  const aside = readdirSync(folder).filter((name) => /damaged|newer|version-1/.test(name));
  expect(aside).toEqual(expect.arrayContaining(['nimdeck.version-1.db', 'nimdeck.damaged-2026-11-24T00-00-00.db']));
  expect(aside.length).toBeGreaterThan(10);
  expect(removeData(folder)).toEqual([]);
  lock?.release();
  expect(existsSync(folder)).toBe(false);
});

test('what only resembles a name of ours is somebody’s own', async () => {
  const own = [
    'Desktop/letter.txt',
    'core.json.bak',
    'logs/build.log',
    'my-secrets.json',
    'nimdeck.db.bak',
    'nimdeck.version-1.db.zip',
    'secrets.json.old',
    'settings.damaged-by-me.json',
  ];
  for (const path of own) put(path);
  await fill();
  expect(removeData(folder)).toEqual([]);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(files.map(({ parentPath, name }) => join(parentPath, name)).toSorted()).toEqual(
    own.map((path) => join(folder, path)),
  );
});

test.skipIf(process.platform === 'win32')('what cannot be removed keeps nothing else, and is named', async () => {
  await fill();
  put('compiled/held/inside');
  put('compiled/last');
  const held = join(folder, 'compiled', 'held');
  const isRoot = process.geteuid?.() === 0;
  // Rights do not bind root, so root becomes nobody for the moment.
  const nobody = 65_534;
  if (isRoot) {
    chmodSync(scratch, 0o755);
    for (const path of ['', ...readdirSync(folder, { recursive: true, encoding: 'utf8' })])
      chownSync(join(folder, path), nobody, nobody);
  }
  chmodSync(held, 0o500);
  if (isRoot) process.seteuid?.(nobody);
  try {
    expect(removeData(folder)).toEqual([{ path: join(held, 'inside'), reason: expect.stringContaining('EACCES') }]);
  } finally {
    if (isRoot) process.seteuid?.(0);
    chmodSync(held, 0o700);
  }
  expect(readdirSync(folder, { recursive: true })).toEqual(['compiled', 'compiled/held', 'compiled/held/inside']);
});

test('the lock’s file, where it had to stay while it was held, goes after that and takes the folder with it', () => {
  const held = { path: join(folder, 'core.lock'), reason: 'EBUSY' };
  new DatabaseSync(held.path).close();
  expect(removeReleasedLock(folder, [held])).toEqual([]);
  expect(existsSync(folder)).toBe(false);
});

test('where the lock’s file did not stay, the next owner’s is left alone', () => {
  put('core.lock');
  const other = { path: join(folder, 'desktop', 'held'), reason: 'EBUSY' };
  expect(removeReleasedLock(folder, [other])).toEqual([other]);
  expect(readdirSync(folder)).toEqual(['core.lock']);
});
