import { mkdtempSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readJsonFile, writeJsonFile } from './json-file.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nimdeck-json-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const file = () => join(folder, 'deep', 'settings.json');
const now = Date.UTC(2026, 10, 24, 15, 9);

test('what was written is read again; nobody else may read it', async () => {
  await writeJsonFile(file(), 1, { a: 1 });
  await writeJsonFile(file(), 1, { a: 2, b: ['x'] });
  expect(await readJsonFile(file(), 1, now)).toEqual({ content: { a: 2, b: ['x'] }, notice: null });
  expect(readdirSync(join(folder, 'deep'))).toEqual(['settings.json']);
  if (process.platform !== 'win32') {
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'deep')).mode & 0o777).toBe(0o700);
  }
});

test('no file is no content, and nothing to say', async () => {
  expect(await readJsonFile(file(), 1, now)).toEqual({ content: null, notice: null });
});

test.each([
  ['cut off', '{"version":1,"a":'],
  ['empty', ''],
  ['of another shape', '[1,2]'],
  ['without a version', '{"a":1}'],
])('a file that is %s is set aside as it is', async (_what, text) => {
  mkdirSync(join(folder, 'deep'));
  writeFileSync(file(), text);
  const { content, notice } = await readJsonFile(file(), 1, now);
  expect(content).toBeNull();
  expect(notice?.code).toBe('STORE_DAMAGED');
  expect(notice?.message).toContain('settings.damaged-2026-11-24T15-09-00.json');
  expect(readFileSync(join(folder, 'deep', 'settings.damaged-2026-11-24T15-09-00.json'), 'utf8')).toBe(text);
  expect(await readJsonFile(file(), 1, now)).toEqual({ content: null, notice: null });
});

test('a file of a newer version is set aside; one of an older version is read', async () => {
  await writeJsonFile(file(), 2, { a: 1 });
  expect((await readJsonFile(file(), 3, now)).content).toEqual({ a: 1 });
  expect((await readJsonFile(file(), 1, now)).notice?.code).toBe('STORE_NEWER');
  expect(readdirSync(join(folder, 'deep'))).toEqual(['settings.newer-2026-11-24T15-09-00.json']);
});

test('a write that fails says so by name and leaves the old content', async () => {
  await writeJsonFile(file(), 1, { a: 1 });
  mkdirSync(`${file()}.tmp`);
  await expect(writeJsonFile(file(), 1, { a: 2 })).rejects.toMatchObject({ code: 'STORE_NOT_WRITABLE' });
  expect((await readJsonFile(file(), 1, now)).content).toEqual({ a: 1 });
});

test('a half-written file of a killed process is written over', async () => {
  await writeJsonFile(file(), 1, { a: 1 });
  writeFileSync(`${file()}.tmp`, '{"vers');
  await writeJsonFile(file(), 1, { a: 2 });
  expect((await readJsonFile(file(), 1, now)).content).toEqual({ a: 2 });
});
