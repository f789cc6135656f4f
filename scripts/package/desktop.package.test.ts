import { cpSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { extractAll, extractFile, getRawHeader, listPackage } from '@electron/asar';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { entryOf, keyStoreModule, programs } from '../../core/lib/shipped.ts';
import { forkHelper } from '../../core/secrets/key-store.ts';
import { root } from '../stages.ts';
import { runBuilder } from './desktop.ts';
import { nativeName } from './key-store-module.ts';
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

const nativeFile = (arch: string) => {
  const name = nativeName('linux', arch);
  return join(root, `node_modules/@napi-rs/keyring-${name}/keyring.${name}.node`);
};

describe.each(Object.entries(folders))('the desktop for Linux %s', (arch, name) => {
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

  test('has the key store’s module of its own processor, where that is installed, and nothing else of node_modules', () => {
    const besides = globSync('**/*', { cwd: join(folder, 'resources'), exclude: ['app.asar'] }).toSorted();
    const isInstalled = existsSync(nativeFile(arch));
    expect(besides).toEqual(isInstalled ? ['key-store', 'key-store/LICENSE.third-party.md', keyStoreModule] : []);
    if (isInstalled)
      expect(readFileSync(join(folder, 'resources', keyStoreModule)).equals(readFileSync(nativeFile(arch)))).toBe(true);
  });

  test('keeps the sandbox’s helper and the licences, and looks for no update', () => {
    for (const file of ['chrome-sandbox', 'LICENSE.electron.txt', 'LICENSES.chromium.html', 'THIRD_PARTY_NOTICES'])
      expect(existsSync(join(folder, file))).toBe(true);
    expect(existsSync(join(folder, 'resources/app-update.yml'))).toBe(false);
    expect(existsSync(join(folder, 'resources/app.asar.unpacked'))).toBe(false);
    expect(statSync(asar).size).toBeLessThan(12_000_000);
    expect(readFileSync(join(folder, 'LICENSE.electron.txt'), 'utf8')).toContain('Electron');
  });
});

const helperEntry = `${entryOf('core/secrets/key-store-helper')}.js`;

/** What Electron sees of the packed files: the archive as a folder, what lies beside it, and no node_modules above. */
function layOut(name: string) {
  const { x64, arm64 } = folders;
  const packed = join(scratch, process.arch === 'arm64' ? arm64 : x64, 'resources');
  const laidOut = join(scratch, name);
  extractAll(join(packed, 'app.asar'), join(laidOut, 'app.asar'));
  cpSync(join(packed, 'key-store'), join(laidOut, 'key-store'), { recursive: true });
  return { module: join(laidOut, keyStoreModule), helper: join(laidOut, 'app.asar/out/main', helperEntry) };
}

async function askHelper(file: string, bus: string, isEnough: Promise<void>): Promise<unknown> {
  const helper = forkHelper(file, { DBUS_SESSION_BUS_ADDRESS: `unix:path=${bus}` });
  const answer = Promise.withResolvers<unknown>();
  helper.onMessage(answer.resolve);
  helper.onExit(() => answer.reject(new Error('The helper ended.')));
  helper.send({ id: 1, action: 'get', account: 'nobody', value: null });
  try {
    return await Promise.race([answer.promise, isEnough]);
  } finally {
    helper.kill();
  }
}

describe.skipIf(process.platform !== 'linux')('the key store’s helper out of the packed desktop', () => {
  test('asks the key store of this machine by the module beside the archive', async () => {
    const asked = Promise.withResolvers<void>();
    const bus = createServer(() => asked.resolve());
    const path = join(scratch, 'bus');
    await new Promise<void>((resolve) => bus.listen(path, resolve));
    try {
      // Undefined: not an answer, but a call on the bus, which only the native module makes.
      expect(await askHelper(layOut('whole').helper, path, asked.promise)).toBeUndefined();
    } finally {
      bus.close();
    }
  });

  test('says that the module is missing', async () => {
    const { module, helper } = layOut('without');
    rmSync(module);
    const never = new Promise<void>(() => {});
    const error = expect.stringContaining(`Cannot find module '${module}'`) as string;
    expect(await askHelper(helper, join(scratch, 'nothing'), never)).toMatchObject({ id: 1, value: null, error });
  });
});
