import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createTestDeps, type TestDeps } from '../testing/deps.ts';
import { loadBuiltPages } from './built-pages.ts';

let deps: TestDeps;
let folder: string;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  deps = createTestDeps();
  folder = join(deps.home, 'pages');
  mkdirSync(join(folder, 'assets'), { recursive: true });
  writeFileSync(join(folder, 'index.html'), 'index');
  writeFileSync(join(folder, 'assets', 'late-AAAAAAAA.js'), 'late');
});
afterEach(() => {
  vi.useRealTimers();
  deps[Symbol.dispose]();
});

it('keeps what was there at its start, though the folder is built anew', async () => {
  const pages = loadBuiltPages(folder);
  expect(String(pages.get('/')?.body)).toBe('index');
  vi.advanceTimersByTime(3_000);
  // A turn for each path.
  for (let turn = 0; turn < 5; turn += 1) await nextTurn();
  rmSync(folder, { recursive: true });
  expect(String(pages.get('/assets/late-AAAAAAAA.js')?.body)).toBe('late');
  expect(String(pages.get('/index.html')?.body)).toBe('index');
});

it('finds nothing that came later, and nothing that went before it was asked for', () => {
  const pages = loadBuiltPages(folder);
  writeFileSync(join(folder, 'assets', 'new-BBBBBBBB.js'), 'new');
  rmSync(join(folder, 'assets', 'late-AAAAAAAA.js'));
  expect(pages.get('/assets/new-BBBBBBBB.js')).toBeUndefined();
  expect(pages.get('/assets/late-AAAAAAAA.js')).toBeUndefined();
});
