import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase } from './database.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nimdeck-torn-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const options = { now: 0, migrations: ['CREATE TABLE talks (id INTEGER PRIMARY KEY, half TEXT NOT NULL) STRICT'] };
const transactions = 60;
/** A frame of the write-ahead file: its head and a page (https://sqlite.org/fileformat2.html#walformat). */
const frameBytes = 24 + 4096;

/** A store as it lies on the disk while it is open, with all that was written still in the write-ahead file. */
function written(): string {
  const live = join(folder, 'live');
  mkdirSync(live);
  const { database } = openDatabase(join(live, 'nimdeck.db'), options);
  const add = database.prepare('INSERT INTO talks (half) VALUES (?)');
  for (let n = 0; n < transactions; n += 1) {
    database.exec('BEGIN');
    add.run(`${n} first ${'x'.repeat(3000)}`);
    add.run(`${n} second ${'x'.repeat(3000)}`);
    database.exec('COMMIT');
  }
  const copy = join(folder, 'copy');
  cpSync(live, copy, { recursive: true });
  database.close();
  rmSync(join(copy, 'nimdeck.db-shm'), { force: true });
  return copy;
}

/** How many transactions are there, each whole, none behind a gap; the store takes another one. */
function reopened(source: string, name: string, harm: (wal: string) => void): number {
  const place = join(folder, name);
  cpSync(source, place, { recursive: true });
  harm(join(place, 'nimdeck.db-wal'));
  const { database, notices } = openDatabase(join(place, 'nimdeck.db'), options);
  expect(notices).toEqual([]);
  const halves = database
    .prepare('SELECT half FROM talks ORDER BY id')
    .all()
    .map(({ half }) => String(half).split(' ').slice(0, 2).join(' '));
  expect(halves).toEqual(Array.from({ length: halves.length / 2 }, (_, n) => [`${n} first`, `${n} second`]).flat());
  database.exec("INSERT INTO talks (half) VALUES ('after')");
  database.close();
  return halves.length / 2;
}

test('a write-ahead file that a power cut ended anywhere costs the last transactions only, and none by half', () => {
  const source = written();
  const bytes = readFileSync(join(source, 'nimdeck.db-wal'));
  expect(reopened(source, 'whole', () => {})).toBe(transactions);

  // In the last page, at its edges, and in its head; then further ahead.
  const fromEnd = [1, 100, 4095, 4096, 4100, frameBytes, frameBytes + 1, 3 * frameBytes, 40 * frameBytes];
  for (const [index, cut] of fromEnd.entries()) {
    const kept = reopened(source, `cut-${index}`, (wal) => truncateSync(wal, bytes.length - cut));
    expect(kept).toBeLessThan(transactions);
    // A transaction takes at least two pages, so no more of them are gone than pages.
    expect(kept).toBeGreaterThanOrEqual(transactions - 1 - Math.ceil(cut / frameBytes));
  }
});

test('a last page of zeros or of old bytes, as a power cut leaves it, costs its transaction only', () => {
  const source = written();
  const bytes = readFileSync(join(source, 'nimdeck.db-wal'));
  for (const [name, value] of [
    ['zeros', 0],
    ['old-bytes', 0x5a],
  ] as const) {
    const torn = Buffer.from(bytes).fill(value, bytes.length - 2048);
    expect(reopened(source, name, (wal) => writeFileSync(wal, torn))).toBe(transactions - 1);
  }
});
