import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { besideArchive, entryOf, keyStoreModule, programPath, programs, shippedPath } from './shipped.ts';

test('what is shipped and every program is found from the sources', () => {
  for (const path of ['package.json', 'assets/catalog.json']) expect(existsSync(shippedPath(path))).toBe(true);
  for (const program of programs) expect(existsSync(programPath(program))).toBe(true);
});

test('no two programs have one entry', () => {
  expect(new Set(programs.map((program) => entryOf(program))).size).toBe(programs.length);
});

test('nothing beside a checkout is ours', () => {
  expect(besideArchive(keyStoreModule)).toBeNull();
});
