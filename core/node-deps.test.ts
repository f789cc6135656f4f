import { chmodSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { dataFolderOf } from './data-folder.ts';
import { createNodeDeps, requireNode } from './node-deps.ts';
import { createTestDeps } from './testing/deps.ts';

function scratchFolder(): string {
  const deps = createTestDeps();
  onTestFinished(() => deps[Symbol.dispose]());
  return deps.dataFolder;
}

describe('dataFolderOf', () => {
  const home = '/home/ada';
  it.each([
    ['linux', {}, '/home/ada/.local/share/nimdeck'],
    ['linux', { XDG_DATA_HOME: '/data/ada' }, '/data/ada/nimdeck'],
    ['linux', { XDG_DATA_HOME: 'relative' }, '/home/ada/.local/share/nimdeck'],
    ['linux', { XDG_DATA_HOME: '' }, '/home/ada/.local/share/nimdeck'],
    ['darwin', { XDG_DATA_HOME: '/data/ada' }, '/home/ada/Library/Application Support/Nimdeck'],
    ['win32', { APPDATA: '/roaming' }, '/roaming/Nimdeck'],
    ['win32', {}, '/home/ada/AppData/Roaming/Nimdeck'],
    ['linux', { NIMDECK_DATA: '/elsewhere', XDG_DATA_HOME: '/data' }, '/elsewhere'],
    ['darwin', { NIMDECK_DATA: '/elsewhere' }, '/elsewhere'],
  ] as const)('%s %j', (platform, env, folder) => {
    expect(dataFolderOf({ platform, env, home })).toBe(folder);
  });
});

describe('requireNode', () => {
  it('refuses what is too old by name, with a remedy', () => {
    for (const version of ['20.19.2', '18.0.0', '23.11.1'])
      expect(() => requireNode(version)).toThrow(new RegExp(`Node 24 or newer.*${version}.*npm ci`));
    for (const version of ['24.0.0', '24.21.0', '25.1.0', '100.0.0']) requireNode(version);
  });
});

describe('createNodeDeps', () => {
  it('makes a folder for its user only and logs into it, without secrets', async () => {
    const dataFolder = scratchFolder();
    const env = { NIMDECK_DATA: dataFolder, NIMDECK_SECRETS: 'file' };
    const deps = await createNodeDeps({ shell: 'terminal', env });
    expect(deps).toMatchObject({ shell: 'terminal', dataFolder, env, userId: process.getuid?.() ?? null });
    expect(deps.version).toMatch(/^\d+\.\d+\.\d+/);
    expect(statSync(dataFolder).mode & 0o777).toBe(0o700);
    deps.log.info('test', { key: 'nvapi-abcdefghijklmnop' });
    const line: unknown = JSON.parse(readFileSync(join(dataFolder, 'nimdeck.log'), 'utf8'));
    expect(line).toMatchObject({ level: 'info', event: 'test', key: '[redacted]' });
  });

  it('leaves the mode of a folder that was there, and says so in the log', async () => {
    const dataFolder = scratchFolder();
    mkdirSync(dataFolder, { recursive: true });
    chmodSync(dataFolder, 0o755);
    await createNodeDeps({ shell: 'terminal', dataFolder, env: { NIMDECK_SECRETS: 'file' } });
    expect(statSync(dataFolder).mode & 0o777).toBe(0o755);
    expect(readFileSync(join(dataFolder, 'nimdeck.log'), 'utf8')).toContain('data-folder.open-to-others');
  });

  it('says which folder cannot be made', async () => {
    const dataFolder = '/dev/null/nimdeck';
    await expect(createNodeDeps({ shell: 'terminal', dataFolder, env: {} })).rejects.toMatchObject({
      code: 'STORE_NOT_WRITABLE',
      detail: { folder: dataFolder },
    });
  });
});
