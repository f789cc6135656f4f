import * as fc from 'fast-check';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase } from './database.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nimdeck-salvage-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = () => join(folder, 'nimdeck.db');
const schema = `
  CREATE TABLE talks (id TEXT PRIMARY KEY, title TEXT NOT NULL) STRICT;
  CREATE TABLE lines (id TEXT PRIMARY KEY, talk TEXT NOT NULL REFERENCES talks (id), text TEXT NOT NULL) STRICT;
  CREATE INDEX lines_by_talk ON lines (talk);
`;
const open = (...more: string[]) => openDatabase(file(), { now: 0, migrations: [schema, ...more] });

function fill(lines: number): void {
  const { database } = open();
  database.exec("BEGIN; INSERT INTO talks VALUES ('t', 'kept')");
  const insert = database.prepare('INSERT INTO lines VALUES (?, ?, ?)');
  for (let n = 0; n < lines; n += 1) insert.run(`line ${n}`, 't', 'x'.repeat(500));
  database.exec('COMMIT');
  database.close();
}

/** A page in the middle, as a failing disk leaves it. */
function breakPages(from: number, count: number): void {
  const handle = openSync(file(), 'r+');
  writeSync(handle, Buffer.alloc(count * 4096, 0xff), 0, count * 4096, from * 4096);
  closeSync(handle);
}

const numbers = (rows: Record<string, unknown>[]) => rows.map((row) => Number(String(row['id']).slice(5)));

test('what lies before and behind the damage is carried over, and the notice counts it', () => {
  fill(2000);
  const pages = readFileSync(file()).length / 4096;
  breakPages(Math.floor(pages / 2), 2);
  const { database, notices } = open();
  const kept = numbers(database.prepare('SELECT id FROM lines ORDER BY rowid').all());
  expect(kept.length).toBeGreaterThan(1900);
  expect(kept.length).toBeLessThan(2000);
  expect([Math.min(...kept), Math.max(...kept)]).toEqual([0, 1999]);
  expect(database.prepare('SELECT title FROM talks').all()).toEqual([{ title: 'kept' }]);
  expect(notices[0]?.message).toContain(`(${kept.length + 1} entries)`);
  expect(database.prepare('PRAGMA quick_check').get()).toEqual({ quick_check: 'ok' });
  database.close();
  expect(readdirSync(folder).toSorted()).toEqual(['nimdeck.damaged-1970-01-01T00-00-00.db', 'nimdeck.db']);
});

test('of a file that was cut off the front is carried over', () => {
  fill(2000);
  truncateSync(file(), Math.floor(readFileSync(file()).length / 8192) * 4096);
  const { database, notices } = open();
  expect(notices.map((notice) => notice.code)).toEqual(['STORE_DAMAGED']);
  expect(numbers(database.prepare('SELECT id FROM lines').all()).length).toBeGreaterThan(100);
  database.close();
});

test('rows fit into tables that have changed since', () => {
  fill(2000);
  const pages = readFileSync(file()).length / 4096;
  breakPages(Math.floor(pages / 2), 1);
  const { database } = open(
    "ALTER TABLE lines ADD COLUMN mood TEXT NOT NULL DEFAULT 'calm'",
    'DROP INDEX lines_by_talk',
  );
  expect(database.prepare('SELECT DISTINCT mood FROM lines').all()).toEqual([{ mood: 'calm' }]);
  expect(database.prepare('PRAGMA user_version').get()).toEqual({ user_version: 3 });
  database.close();
});

test('a row whose parent is lost is not carried over', () => {
  const { database } = open();
  database.exec("PRAGMA foreign_keys = OFF; INSERT INTO lines VALUES ('line 0', 'lost', 'x')");
  database.exec("INSERT INTO talks VALUES ('t', 'kept')");
  database.exec('CREATE TABLE other (x)');
  for (let n = 0; n < 50; n += 1) database.prepare('INSERT INTO other VALUES (?)').run('y'.repeat(500));
  database.close();
  truncateSync(file(), readFileSync(file()).length - 4096);
  const next = open();
  expect(next.notices.map((notice) => notice.code)).toEqual(['STORE_DAMAGED']);
  expect(next.database.prepare('SELECT id FROM talks').all()).toEqual([{ id: 't' }]);
  expect(next.database.prepare('SELECT id FROM lines').all()).toEqual([]);
  expect(next.database.prepare('PRAGMA foreign_keys').get()).toEqual({ foreign_keys: 1 });
  next.database.close();
});

test('a header that forbids writing is damage, not a place that cannot be written', () => {
  fill(5);
  const bytes = readFileSync(file());
  bytes[18] = 3;
  writeFileSync(file(), bytes);
  const { database, notices } = open();
  expect(notices.map((notice) => notice.code)).toEqual(['STORE_DAMAGED']);
  database.exec("INSERT INTO talks VALUES ('new', 'x')");
  database.close();
});

test(
  'whatever bytes are wrong, the store opens, can be written, and what was there is in it or set aside',
  { timeout: 60_000 },
  () => {
    fill(300);
    const whole = readFileSync(file());
    const wrong = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(wrong, fc.boolean(), (changes, areInFront) => {
        rmSync(folder, { recursive: true, force: true });
        mkdirSync(folder);
        const bytes = Buffer.from(whole);
        // Half of the time in the header and the list of tables, where a single byte does most.
        for (const [at, value] of changes) bytes[areInFront ? at % 4096 : at] = value;
        writeFileSync(file(), bytes);
        const { database, notices } = open();
        database.exec("INSERT OR REPLACE INTO talks VALUES ('new', 'x')");
        const isAside = readdirSync(folder).some((name) => name.includes('damaged') || name.includes('newer'));
        expect(isAside).toBe(notices.length > 0);
        database.close();
      }),
      { numRuns: 60 },
    );
  },
);
