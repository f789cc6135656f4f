import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { createTestDeps } from '../core/testing/deps.ts';
import { openBrowser } from './open-browser.ts';

type TestDeps = ReturnType<typeof createTestDeps>;

const address = 'http://127.0.0.1:5577/#token=secret-of-this-run';

/** A machine whose opener writes down what it was given. */
function begin(deps: TestDeps, hasSnaps: boolean) {
  const folder = join(deps.home, 'bin');
  const told = join(deps.home, 'bin', 'told');
  mkdirSync(folder, { recursive: true });
  mkdirSync(deps.dataFolder, { recursive: true });
  writeFileSync(join(folder, 'xdg-open'), `#!/bin/sh\necho "$@" > '${told}.new' && mv '${told}.new' '${told}'\n`);
  chmodSync(join(folder, 'xdg-open'), 0o755);
  const env = { PATH: `${folder}:${process.env['PATH']}` };
  return { told, forget: openBrowser({ ...deps, platform: 'linux', env }, address, hasSnaps) };
}

test.each([
  ['a hidden folder', false],
  ['the home, where a snap may read', true],
])('the browser is given a file in %s that only its user can read, and never the token', async (_where, hasSnaps) => {
  using deps = createTestDeps();
  const { told, forget } = begin(deps, hasSnaps);
  await expect.poll(() => existsSync(told)).toBe(true);
  const given = readFileSync(told, 'utf8').trim();
  expect(given).not.toContain('token');
  const path = fileURLToPath(given);
  expect(path.startsWith(hasSnaps ? join(deps.home, 'nimdeck-') : deps.dataFolder)).toBe(true);
  expect(readFileSync(path, 'utf8')).toContain(address);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  forget();
  expect(existsSync(path)).toBe(false);
  expect(readdirSync(deps.home).filter((name) => name.endsWith('.html'))).toEqual([]);
});

test('a page that lay there and others may read is not written into', async () => {
  using deps = createTestDeps();
  mkdirSync(deps.dataFolder, { recursive: true });
  const path = join(deps.dataFolder, 'open.html');
  writeFileSync(path, 'older');
  chmodSync(path, 0o644);
  const forget = openBrowser({ ...deps, platform: 'linux', env: { PATH: '/nowhere' } }, address, false);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  forget();
});
