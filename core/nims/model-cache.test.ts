import { chmodSync, chownSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { createTestDeps } from '../testing/deps.ts';
import { planCache, prepareCache } from './model-cache.ts';

const local = { kind: 'docker', isLocal: true, isRootless: false } as const;
const plan = (change: Partial<Parameters<typeof planCache>[0]> = {}) =>
  planCache({
    engine: local,
    platform: 'linux',
    home: '/home/me',
    cacheFolder: null,
    imageUser: 'nim',
    target: '/opt/nim/.cache',
    ownUserId: 1001,
    ...change,
  });

test.each([
  ['2.x and whoever else takes any user', 'nim', 1001, { user: '1001', needsGroup: false }],
  ['an image that runs as root', '', 1001, { user: '1001', needsGroup: false }],
  ['a fixed user that is not me', '1000:1000', 1001, { user: null, needsGroup: true }],
  ['a fixed user by its group', 'nvs:1000', 1001, { user: null, needsGroup: true }],
  ['a fixed user that is me', '1000:1000', 1000, { user: null, needsGroup: false }],
  ['root may be anybody', '1000:1000', 0, { user: '0', needsGroup: false }],
])('as whom it runs: %s', (_what, imageUser, ownUserId, expected) => {
  expect(plan({ imageUser, ownUserId })).toMatchObject({
    ...expected,
    mount: { Type: 'bind', Source: '/home/me/.cache/nim', Target: '/opt/nim/.cache' },
  });
});

test('a folder of the user’s choice', () => {
  expect(plan({ cacheFolder: '/data/nim' }).mount).toMatchObject({ Type: 'bind', Source: '/data/nim' });
});

test.each([
  ['Docker Desktop', { engine: { ...local, kind: 'docker-desktop' as const } }],
  ['rootless', { engine: { ...local, isRootless: true } }],
  ['remote', { engine: { ...local, isLocal: false } }],
  ['Podman', { engine: { ...local, kind: 'podman' as const } }],
  ['not Linux', { platform: 'darwin' as const, ownUserId: 501 }],
])('%s keeps models in a volume, as the image’s user', (_what, change) => {
  expect(plan(change)).toMatchObject({
    mount: { Type: 'volume', Source: 'nimdeck-model-cache', Target: '/opt/nim/.cache' },
    user: null,
    needsGroup: false,
  });
});

test('the folder is made; another user gets in by the group, not everybody', async () => {
  using deps = createTestDeps();
  const cacheFolder = join(deps.home, 'models');
  const inner = join(cacheFolder, 'ngc');
  mkdirSync(inner, { recursive: true });
  writeFileSync(join(inner, 'a'), '');
  for (const [path, mode] of [
    [cacheFolder, 0o700],
    [inner, 0o755],
    [join(inner, 'a'), 0o644],
  ] as const)
    chmodSync(path, mode);

  const ownUserId = process.getuid?.() ?? null;
  const prepared = await prepareCache({ ...plan({ cacheFolder, imageUser: '77:77' }), needsGroup: true, ownUserId });
  expect(prepared.group).toBe(String(statSync(cacheFolder).gid));
  expect(prepared).not.toHaveProperty('needsGroup');
  expect(statSync(cacheFolder).mode & 0o7777).toBe(0o2770);
  expect(statSync(inner).mode & 0o7777).toBe(0o2775);
  expect(statSync(join(inner, 'a')).mode & 0o7777).toBe(0o664);
});

// Only root can become somebody to whom a folder is closed.
test.runIf(process.getuid?.() === 0)('what a container made for itself alone closes the cache to nobody', async () => {
  using deps = createTestDeps();
  const me = 54_321;
  const cacheFolder = join(deps.home, 'models');
  const closed = join(cacheFolder, 'tmp-of-another');
  mkdirSync(closed, { recursive: true });
  chmodSync(closed, 0o700);
  chownSync(cacheFolder, me, me);
  for (let folder = deps.home; folder !== dirname(folder); folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o005) !== 0o005) chmodSync(folder, 0o755);
  }
  process.setegid?.(me);
  process.seteuid?.(me);
  try {
    const prepared = await prepareCache({ ...plan({ cacheFolder }), needsGroup: true, ownUserId: me });
    expect(prepared.group).toBe(String(me));
  } finally {
    process.seteuid?.(0);
    process.setegid?.(0);
  }
  expect(statSync(closed).mode & 0o7777).toBe(0o700);
});

test('nothing is opened where nobody else comes', async () => {
  using deps = createTestDeps();
  const cacheFolder = join(deps.home, 'new', 'models');
  await prepareCache(plan({ cacheFolder }));
  expect(statSync(cacheFolder).mode & 0o022).toBe(0);
});

test('a folder that cannot be is said before the NIM would find out', async () => {
  using deps = createTestDeps();
  mkdirSync(deps.home, { recursive: true });
  writeFileSync(join(deps.home, 'file'), '');
  const impossible = prepareCache(plan({ cacheFolder: join(deps.home, 'file', 'models') }));
  await expect(impossible).rejects.toMatchObject({
    code: 'CACHE_NOT_WRITABLE',
    message: expect.stringContaining('models'),
  });
});
