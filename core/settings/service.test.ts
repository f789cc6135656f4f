import * as fc from 'fast-check';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { settingValues } from '../../shared/contract/settings.ts';
import { createTestDeps } from '../testing/deps.ts';
import { createSettingsService } from './service.ts';
import { defaultSettings, readSettings } from './values.ts';

const fileOf = (deps: { dataFolder: string }) => join(deps.dataFolder, 'settings.json');
function write(deps: { dataFolder: string }, content: object) {
  mkdirSync(deps.dataFolder, { recursive: true });
  writeFileSync(fileOf(deps), JSON.stringify(content));
}

test('a change is seen by watchers and by the next start', async () => {
  using deps = createTestDeps();
  const settings = await createSettingsService(deps);
  const watching = new AbortController();
  const states = settings.api.watch({}, { signal: watching.signal })[Symbol.asyncIterator]();
  expect((await states.next()).value).toEqual(defaultSettings);
  await settings.api.update({ theme: 'dark' });
  expect((await states.next()).value).toEqual({ ...defaultSettings, theme: 'dark' });
  watching.abort();
  expect((await states.next()).done).toBe(true);
  expect((await createSettingsService(deps)).get()).toEqual({ ...defaultSettings, theme: 'dark' });
});

test('changes at the same time all count', async () => {
  using deps = createTestDeps();
  const settings = await createSettingsService(deps);
  await Promise.all([
    settings.api.update({ theme: 'dark' }),
    settings.api.update({ logCapMiB: 5 }),
    settings.api.update({ cacheFolder: '~/nim' }),
  ]);
  const changed = { ...defaultSettings, theme: 'dark', logCapMiB: 5, cacheFolder: join(deps.home, 'nim') };
  expect(settings.get()).toEqual(changed);
  expect((await createSettingsService(deps)).get()).toEqual(changed);
});

test('one bad value loses only itself, and that is said', async () => {
  using deps = createTestDeps();
  write(deps, { version: 1, theme: 'purple', logCapMiB: 7, cacheFolder: '' });
  const settings = await createSettingsService(deps);
  expect(settings.get()).toEqual({ ...defaultSettings, logCapMiB: 7 });
  expect(settings.notices).toMatchObject([
    { code: 'STORE_DAMAGED', message: expect.stringContaining('theme, cacheFolder') },
  ]);
});

test('fields of another Nimdeck come through a change untouched', async () => {
  using deps = createTestDeps();
  write(deps, { version: 1, theme: 'dark', shortcuts: { palette: 'K' } });
  const settings = await createSettingsService(deps);
  expect(settings.notices).toEqual([]);
  await settings.api.update({ logCapMiB: 9 });
  expect(JSON.parse(readFileSync(fileOf(deps), 'utf8'))).toEqual({
    ...defaultSettings,
    version: 1,
    theme: 'dark',
    logCapMiB: 9,
    shortcuts: { palette: 'K' },
  });
});

test('a damaged or newer file gives the defaults and a notice', async () => {
  using deps = createTestDeps();
  write(deps, []);
  const damaged = await createSettingsService(deps);
  expect([damaged.get(), damaged.notices.map(({ code }) => code)]).toEqual([defaultSettings, ['STORE_DAMAGED']]);
  write(deps, { version: 2, theme: 'dark' });
  const newer = await createSettingsService(deps);
  expect([newer.get(), newer.notices.map(({ code }) => code)]).toEqual([defaultSettings, ['STORE_NEWER']]);
});

test('what cannot be written does not count, and the next change works again', async () => {
  using deps = createTestDeps();
  const settings = await createSettingsService(deps);
  await settings.api.update({ theme: 'light' });
  mkdirSync(`${fileOf(deps)}.tmp`);
  await expect(settings.api.update({ theme: 'dark' })).rejects.toMatchObject({ code: 'STORE_NOT_WRITABLE' });
  expect(settings.get().theme).toBe('light');
});

test('a folder must be a whole path, and not the home that others would be let into', async () => {
  using deps = createTestDeps();
  const settings = await createSettingsService(deps);
  await expect(settings.api.update({ cacheFolder: 'models' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
  for (const cacheFolder of ['~', '~/', '/', join(deps.home, '..'), join(deps.home, 'x', '..')]) {
    await expect(settings.api.update({ cacheFolder })).rejects.toMatchObject({ code: 'BAD_INPUT' });
  }
  await expect(settings.api.update({ theme: 'dark' }, { signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: 'CANCELLED',
  });
  expect(settings.get()).toEqual(defaultSettings);
});

test('whatever stands in the file, the settings are usable and nothing unknown is lost', () => {
  const field = fc.oneof(fc.constantFrom('theme', 'logCapMiB', 'cacheFolder'), fc.string());
  fc.assert(
    fc.property(fc.dictionary(field, fc.jsonValue()), (content) => {
      const parsed: Parameters<typeof readSettings>[0] = JSON.parse(JSON.stringify(content));
      const { values, unknown, unusable } = readSettings(parsed);
      expect(settingValues.safeParse(values).success).toBe(true);
      const accounted = [...Object.keys(values), ...Object.keys(unknown), ...unusable];
      for (const name of Object.keys(parsed)) expect(accounted).toContain(name);
    }),
  );
});
