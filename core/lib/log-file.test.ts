import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createTestDeps } from '../testing/deps.ts';
import { createLogFile } from './log-file.ts';

function scratchFile(): string {
  const deps = createTestDeps();
  onTestFinished(() => deps[Symbol.dispose]());
  mkdirSync(deps.dataFolder, { recursive: true });
  return join(deps.dataFolder, 'test.log');
}

it('appends lines to a file of its user only', () => {
  const path = scratchFile();
  createLogFile(path)('one');
  createLogFile(path)('two');
  expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

it('moves full files on and keeps as many as it was told, also with two writers', () => {
  const path = scratchFile();
  const writers = [1, 2].map(() => createLogFile(path, { maxBytes: 20, keptFiles: 2 }));
  for (let index = 0; index < 12; index += 1) writers[index % 2]?.(`line ${String(index).padStart(3, '0')}`);
  const read = (name: string) => readFileSync(path + name, 'utf8');
  expect([read(''), read('.1'), read('.2')]).toEqual([
    'line 010\nline 011\n',
    'line 008\nline 009\n',
    'line 006\nline 007\n',
  ]);
  expect(existsSync(`${path}.3`)).toBe(false);
});

it('does not stop the work when it cannot write', () => {
  expect(() => createLogFile('/dev/null/no/test.log')('lost')).not.toThrow();
});
