import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { EngineState } from '../../shared/contract/engine.ts';
import { createTestDeps } from '../testing/deps.ts';
import { freeSpace } from './free-space.ts';
import { createDisksService } from './service.ts';

function fixedEngine(changes: Partial<EngineState>) {
  const listeners = new Set<(state: EngineState) => void>();
  let state = { status: 'connected', isLocal: true, kind: 'docker', rootDirectory: '/', ...changes } as EngineState;
  return {
    state: () => state,
    onChange(listener: (next: EngineState) => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    change(next: Partial<EngineState>) {
      state = { ...state, ...next };
      for (const listener of listeners) listener(state);
    },
    listeners,
  };
}

const settings = (cacheFolder: string | null = null) => ({ get: () => ({ cacheFolder }) as never });
const usesOf = (disks: readonly { use: string }[] | undefined) => disks?.map((disk) => disk.use);

test('a folder that is not made yet has the space of where it would be; one that cannot be is unknown', async () => {
  using deps = createTestDeps();
  const disk = await freeSpace('models', join(deps.home, 'not', 'made'));
  expect(disk?.totalBytes).toBeGreaterThan(0);
  expect(disk?.freeBytes).toBeLessThanOrEqual(disk?.totalBytes ?? 0);
  expect(await freeSpace('models', '/proc/version/folder')).toBeNull();
});

test.each([
  ['a local engine', {}, ['images', 'models']],
  ['an engine in a virtual machine', { kind: 'docker-desktop' }, ['models']],
  ['an engine far away', { isLocal: false }, ['models']],
  ['no engine', { status: 'unreachable' }, ['models']],
  ['an engine that does not say where', { rootDirectory: null }, ['models']],
] as const)('%s', async (_name, changes, uses) => {
  using deps = createTestDeps({ platform: 'linux' });
  const service = createDisksService(deps, fixedEngine(changes), settings());
  const abort = new AbortController();
  const watch = service.api.watch({}, { signal: abort.signal })[Symbol.asyncIterator]();
  expect(usesOf((await watch.next()).value)).toEqual(uses);
  abort.abort();
});

test('in practice the disk of this machine’s engine is not told as the stand-in’s', async () => {
  using deps = createTestDeps({ platform: 'linux', practice: { isPractice: true, tree: {} as never, reset() {} } });
  const service = createDisksService(deps, fixedEngine({}), settings());
  for await (const disks of service.api.watch({})) {
    expect(usesOf(disks)).toEqual(['models']);
    break;
  }
});

test('is read again when the engine comes, and ends with its reader', async () => {
  using deps = createTestDeps({ platform: 'linux' });
  const engine = fixedEngine({ status: 'connecting' });
  const service = createDisksService(deps, engine, settings('/'));
  const abort = new AbortController();
  const watch = service.api.watch({}, { signal: abort.signal })[Symbol.asyncIterator]();
  expect((await watch.next()).value).toMatchObject([{ use: 'models', folder: '/' }]);
  const next = watch.next();
  await expect.poll(() => engine.listeners.size).toBe(1);
  engine.change({ status: 'connected' });
  expect(usesOf((await next).value)).toEqual(['images', 'models']);
  const last = watch.next();
  await expect.poll(() => engine.listeners.size).toBe(1);
  abort.abort();
  expect((await last).done).toBe(true);
  expect(engine.listeners.size).toBe(0);
});
