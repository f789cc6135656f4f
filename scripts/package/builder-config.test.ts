import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../stages.ts';

// The builder's own parts, found as the builder finds them.
const builder = createRequire(createRequire(join(root, 'package.json')).resolve('electron-builder/package.json'));
const library = createRequire(builder.resolve('app-builder-lib/package.json'));

interface Config extends Record<string, unknown> {
  appImage: { executableArgs: string[] };
  toolsets: { appimage: string };
}
const { load } = library('js-yaml') as { load: (text: string) => Config };
const { validateConfiguration } = library('./out/util/config/config.js') as {
  validateConfiguration: (config: object, debug: { isEnabled: boolean }) => Promise<void>;
};
const validate = (config: object) => validateConfiguration(config, { isEnabled: false });
const read = () => load(readFileSync(join(root, 'electron-builder.yml'), 'utf8'));

test('the builder accepts the configuration, and would not accept one with a mistake', async () => {
  await validate(read());
  const config = read();
  await expect(validate({ ...config, electronFuse: {} })).rejects.toThrow('electronFuse');
  await expect(validate({ ...config, linux: { target: [{ target: 'deb', arch: ['arm46'] }] } })).rejects.toThrow();
  // The builder's schema and what checks it are loaded here: seconds on a machine that is busy.
}, 30_000);

test('every platform is made for both processors', () => {
  const config = read() as unknown as Record<string, { target: { target: string; arch: string[] }[] }>;
  const targets = ['linux', 'win', 'mac'].flatMap((platform) => config[platform]?.target ?? []);
  expect(targets.map(({ target }) => target)).toEqual(['AppImage', 'deb', 'rpm', 'nsis', 'dmg']);
  for (const { arch } of targets) expect(arch).toEqual(['x64', 'arm64']);
});

type AppImageTarget = new (
  ignored: null,
  packager: object,
  helper: object,
  folder: string,
) => { desktopEntry: { value: Promise<string> } };

test('an AppImage keeps its sandbox, which the builder gives up where it is told nothing', async () => {
  const { default: Target } = library('./out/targets/appimage/AppImageTarget.js') as { default: AppImageTarget };
  const commandOf = async (config: Partial<Config>) => {
    const packager = { config, platformSpecificBuildOptions: config['linux'], appInfo: { buildVersion: '1' } };
    const helper = { computeDesktopEntry: (_: object, command: string) => command };
    return await new Target(null, packager, helper, '').desktopEntry.value;
  };
  const { appImage, toolsets, ...rest } = read();
  expect(await commandOf({ ...rest, appImage, toolsets })).not.toContain('--no-sandbox');
  expect(await commandOf({ ...rest, appImage })).not.toContain('--no-sandbox');
  expect(await commandOf(rest)).toContain('--no-sandbox');
});

test('no update is looked for until there is somewhere to look', () => {
  expect(read()['publish']).toBe(null);
});
