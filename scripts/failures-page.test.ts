import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { errorCodes } from '../shared/errors.ts';

const root = join(import.meta.dirname, '..');
const rows = readFileSync(join(root, 'docs/failures.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (?:cause|-+) /.test(line))
  .map((line) => line.split(' | ').map((cell) => cell.replaceAll(/^\| | \|$/g, '').trim()));

test('each row of the page of failures is whole, with codes that are in the catalogue', () => {
  expect(rows.length).toBeGreaterThan(60);
  const known = new Set<string>(errorCodes);
  for (const row of rows) {
    expect(row, row[0]).toHaveLength(5);
    for (const code of row[2]?.match(/[A-Z]+_[A-Z_]+/g) ?? []) expect(known, row[0]).toContain(code);
  }
});

test('each test that the page names is there', () => {
  const missing: string[] = [];
  for (const row of rows) {
    const tests = row[4] ?? '';
    const named = [...tests.matchAll(/`([^`›]+) › ([^`]+)`/g)];
    if (named.length === 0 && !tests.startsWith('none')) missing.push(`${row[0]}: names no test`);
    for (const [, file = '', name = ''] of named) {
      const path = join(root, file);
      if (!existsSync(path) || !readFileSync(path, 'utf8').includes(name)) missing.push(`${file} › ${name}`);
    }
  }
  expect(missing).toEqual([]);
});
