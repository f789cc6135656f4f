import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { extractFile, getRawHeader, listPackage } from '@electron/asar';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { entryOf, programs } from '../../core/lib/shipped.ts';
import { root } from '../stages.ts';
import { runBuilder } from './desktop.ts';
import { readManifest } from './manifest.ts';
import { readFuses, writeStandinDist } from './standin-dist.ts';

const scratch = mkdtempSync(join(tmpdir(), 'nimdeck-desktop-'));
const electron = join(scratch, 'electron');
const folders = { x64: 'linux-unpacked', arm64: 'linux-arm64-unpacked' };

beforeAll(async () => {
  writeStandinDist(electron);
  const options = [`-c.electronDist=${electron}`, `-c.directories.output=${scratch}`];
  await runBuilder(['--linux', 'dir', '--x64', '--arm64', ...options]);
}, 120_000);

afterAll(() => rmSync(scratch, { recursive: true }));

describe.each(Object.entries(folders))('the desktop for Linux %s', (_, name) => {
  const folder = join(scratch, name);
  const asar = join(folder, 'resources/app.asar');
  const files = () => listPackage(asar, { isPack: false }).map((path) => path.replaceAll('\\', '/'));

  test('holds what it runs on and nothing else', () => {
    const allowed = [
      /^\/(?:out|out\/main|out\/preload|out\/renderer|out\/renderer\/assets|assets|assets\/icons)$/,
      /^\/(?:package\.json|LICENSE|THIRD_PARTY_NOTICES)$/,
      /^\/out\/main\/[\w-]+\.js$/,
      /^\/out\/preload\/[\w-]+\.c?js$/,
      /^\/out\/renderer\/index\.html$/,
      /^\/out\/renderer\/assets\/[\w.-]+\.(?:js|css|svg|png|woff2)$/,
      /^\/assets\/[\w-]+\.json$/,
      /^\/assets\/icons\/[\w@-]+\.png$/,
    ];
    expect(files().filter((file) => !allowed.some((pattern) => pattern.test(file)))).toEqual([]);
    const needed = ['package.json', 'out/main/index.js', 'out/renderer/index.html', 'assets/catalog.json'];
    const entries = programs.map((program) => `out/main/${entryOf(program)}.js`);
    expect(files()).toEqual(expect.arrayContaining([...needed, ...entries].map((file) => `/${file}`)));
  });

  test('says nothing of the machine that it was made on', () => {
    const { files: header } = getRawHeader(asar).header;
    expect(Object.keys(header)).not.toContain('node_modules');
    for (const file of files().filter((path) => /\.(?:c?js|json|html|css)$/.test(path))) {
      const text = extractFile(asar, file.slice(1)).toString();
      expect([file, ...[root, 'sourceMappingURL'].filter((word) => text.includes(word))]).toEqual([file]);
    }
  });

  test('its package.json has the version and where it begins, and no workshop', () => {
    const packed = JSON.parse(extractFile(asar, 'package.json').toString()) as Record<string, unknown>;
    expect(packed).toMatchObject({
      version: readManifest().version,
      main: 'out/main/index.js',
      desktopName: 'nimdeck.desktop',
    });
    for (const key of ['scripts', 'devDependencies']) expect(packed[key]).toBeUndefined();
  });

  test('is no Node for others, and runs nothing but its archive', () => {
    expect(readFuses(join(folder, 'nimdeck'))).toEqual({
      runAsNode: false,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableCookieEncryption: true,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      loadBrowserProcessSpecificV8Snapshot: true,
      grantFileProtocolExtraPrivileges: false,
    });
  });

  test('keeps the sandbox’s helper and the licences, and looks for no update', () => {
    for (const file of ['chrome-sandbox', 'LICENSE.electron.txt', 'LICENSES.chromium.html', 'THIRD_PARTY_NOTICES'])
      expect(existsSync(join(folder, file))).toBe(true);
    expect(existsSync(join(folder, 'resources/app-update.yml'))).toBe(false);
    expect(existsSync(join(folder, 'resources/app.asar.unpacked'))).toBe(false);
    expect(statSync(asar).size).toBeLessThan(10_000_000);
    expect(readFileSync(join(folder, 'LICENSE.electron.txt'), 'utf8')).toContain('Electron');
  });
});
