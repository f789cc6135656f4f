import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keyStoreModule } from '../../core/lib/shipped.ts';
import { readManifest } from './manifest.ts';
import { root } from '../stages.ts';
import { addKeyStoreModule, nativeName } from './key-store-module.ts';

let scratch = '';
beforeEach(() => void (scratch = mkdtempSync(join(tmpdir(), 'nimdeck-key-store-module-'))));
afterEach(() => rmSync(scratch, { recursive: true }));

function install(name: string) {
  const folder = join(scratch, `modules/@napi-rs/keyring-${name}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `keyring.${name}.node`), `native for ${name}`);
  writeFileSync(join(folder, 'LICENSE.third-party.md'), `licences for ${name}`);
}
const add = (platform: string, arch: string) =>
  addKeyStoreModule(join(scratch, 'modules'), join(scratch, 'resources'), platform, arch);

const targets = ['linux', 'win32', 'darwin'].flatMap((platform) => ['x64', 'arm64'].map((arch) => [platform, arch]));

test.each(targets)('%s %s: the native package exists under the name that is looked for', (platform = '', arch = '') => {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, object>;
  };
  const wanted = lock.packages[`node_modules/@napi-rs/keyring-${nativeName(platform, arch)}`];
  expect(wanted).toMatchObject({ version: readManifest().devDependencies['@napi-rs/keyring'] });
});

test('the module of the wanted platform and processor is put beside the archive, with its licences', () => {
  install('linux-x64-gnu');
  install('win32-arm64-msvc');
  expect(add('win32', 'arm64')).toBeNull();
  expect(readFileSync(join(scratch, 'resources', keyStoreModule), 'utf8')).toBe('native for win32-arm64-msvc');
  const licences = join(scratch, 'resources', keyStoreModule, '../LICENSE.third-party.md');
  expect(readFileSync(licences, 'utf8')).toBe('licences for win32-arm64-msvc');
});

test('one that is not installed is named, and nothing is put in its place', () => {
  install('linux-x64-gnu');
  expect(add('linux', 'arm64')).toContain('@napi-rs/keyring-linux-arm64-gnu is not installed');
  expect(readdirSync(scratch)).toEqual(['modules']);
});
