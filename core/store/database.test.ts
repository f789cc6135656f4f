import { createHash } from 'node:crypto';
import { chmodSync, chownSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase } from './database.ts';
import { migrations as shipped } from './migrations.ts';

/** A digest for each step that a release has brought to users. */
const released = ['7069f901a4ac53ed'];

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nimdeck-database-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = () => join(folder, 'nimdeck.db');
const open = (...migrations: string[]) => openDatabase(file(), { now: 0, migrations });
const column = (database: DatabaseSync, sql: string) =>
  database
    .prepare(sql)
    .all()
    .map((row) => Object.values(row)[0]);

const steps = [
  'CREATE TABLE a (x)',
  'ALTER TABLE a RENAME TO b',
  'CREATE TABLE c (x)',
  'CREATE TABLE d (x)',
  'SELECT 1',
];

test('each migration finds what the ones before it left, and a whole copy stays from before it', () => {
  const { database } = open(...steps.slice(0, 1));
  database.exec("INSERT INTO a VALUES ('kept')");
  database.close();

  const next = open(...steps.slice(0, 3));
  expect(column(next.database, 'SELECT x FROM b')).toEqual(['kept']);
  expect(column(next.database, 'PRAGMA user_version')).toEqual([3]);
  expect(next.notices).toEqual([]);
  next.database.close();

  const copy = join(folder, 'nimdeck.version-1.db');
  if (process.platform !== 'win32') expect(statSync(copy).mode & 0o777).toBe(0o600);
  const before = new DatabaseSync(copy, { readOnly: true });
  expect(column(before, 'SELECT x FROM a')).toEqual(['kept']);
  before.close();
});

test('of the copies the newest three stay', () => {
  for (let version = 1; version <= steps.length; version += 1) open(...steps.slice(0, version)).database.close();
  expect(readdirSync(folder).filter((name) => name.includes('version'))).toEqual([
    'nimdeck.version-2.db',
    'nimdeck.version-3.db',
    'nimdeck.version-4.db',
  ]);
});

test('a migration that fails leaves nothing half done: the file is set aside as it was', () => {
  const first = open('CREATE TABLE a (x)');
  first.database.exec("INSERT INTO a VALUES ('kept'), ('kept')");
  first.database.close();

  const second = open('CREATE TABLE a (x)', 'CREATE TABLE b (x); CREATE UNIQUE INDEX only_once ON a (x)');
  expect(second.notices.map((notice) => notice.code)).toEqual(['STORE_DAMAGED']);
  second.database.close();
  const aside = new DatabaseSync(join(folder, 'nimdeck.damaged-1970-01-01T00-00-00.db'), { readOnly: true });
  expect(column(aside, 'SELECT x FROM a')).toEqual(['kept', 'kept']);
  expect(column(aside, 'PRAGMA user_version')).toEqual([1]);
  expect(column(aside, "SELECT name FROM sqlite_master WHERE type = 'table'")).toEqual(['a']);
  aside.close();
});

test('a database that another program wrote is not taken over', () => {
  const foreign = new DatabaseSync(file());
  foreign.exec('CREATE TABLE a (theirs)');
  foreign.close();
  const { database, notices } = open('CREATE TABLE a (x)');
  expect(notices.map((notice) => notice.code)).toEqual(['STORE_DAMAGED']);
  expect(column(database, 'SELECT count(*) FROM a')).toEqual([0]);
  database.close();
});

test('a file that another program keeps locked is read into memory, and that is said', () => {
  const first = open('CREATE TABLE a (x)');
  first.database.exec("INSERT INTO a VALUES ('kept')");
  first.database.close();
  const other = new DatabaseSync(file());
  other.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  const { database, notices } = openDatabase(file(), { now: 0, migrations: ['CREATE TABLE a (x)'], busyTimeoutMs: 50 });
  expect(notices.map((notice) => notice.code)).toEqual(['STORE_NOT_WRITABLE']);
  expect(column(database, 'SELECT x FROM a')).toEqual(['kept']);
  database.close();
  other.close();
});

test.skipIf(process.platform === 'win32')(
  'in a read-only folder what was saved can still be read (Windows has no such modes)',
  () => {
    const first = open('CREATE TABLE a (x)');
    first.database.exec("INSERT INTO a VALUES ('kept')");
    first.database.close();
    // Rights do not bind root, so root becomes nobody for the moment.
    const nobody = 65_534;
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) {
      chownSync(file(), nobody, nobody);
      chownSync(folder, nobody, nobody);
    }
    chmodSync(file(), 0o400);
    chmodSync(folder, 0o500);
    if (isRoot) process.seteuid?.(nobody);
    try {
      const { database, notices } = open('CREATE TABLE a (x)');
      expect(notices.map((notice) => notice.code)).toEqual(['STORE_NOT_WRITABLE']);
      database.exec("INSERT INTO a VALUES ('new')");
      expect(column(database, 'SELECT x FROM a')).toEqual(['kept', 'new']);
      database.close();
    } finally {
      if (isRoot) process.seteuid?.(0);
      chmodSync(folder, 0o700);
    }
  },
);

test('a step that is typed with other blanks has made the same tables; one with another column has not', () => {
  open('CREATE TABLE a (x,\n  y)').database.close();
  const same = open('CREATE  TABLE a (x, y)');
  expect(same.notices).toEqual([]);
  same.database.close();
  const other = open('CREATE TABLE a (x, z)');
  expect(other.notices).toMatchObject([{ code: 'STORE_DAMAGED' }]);
  other.database.close();
});

test('what was released is on disks: a change of the form is a new step', () => {
  const digest = (step: string) => createHash('sha256').update(step.replaceAll(/\s+/g, ' ')).digest('hex').slice(0, 16);
  expect(shipped.slice(0, released.length).map(digest)).toEqual(released);
});
