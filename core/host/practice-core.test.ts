import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Api, contract } from '../../shared/contract/index.ts';
import type { PracticeState } from '../../shared/contract/practice.ts';
import { connect } from '../../shared/rpc/connect.ts';
import { createTestDeps } from '../testing/deps.ts';
import { type ScriptedTree, scriptedTree } from '../testing/scripted-tree.ts';
import { createCores } from './cores.ts';
import type { CoreHandle } from './open-core.ts';
import { joinPracticeCore, openPracticeCore } from './practice-core.ts';

function setUp(tree: ScriptedTree = scriptedTree()) {
  const deps = createTestDeps({
    startSandbox: tree.start,
    env: { NGC_API_KEY: `nvapi-${'k'.repeat(64)}`, DOCKER_HOST: 'unix:///nowhere/real.sock' },
  });
  mkdirSync(deps.dataFolder, { recursive: true, mode: 0o700 });
  onTestFinished(() => deps[Symbol.dispose]());
  const open = async () => {
    const core = await openPracticeCore(deps);
    onTestFinished(() => core.close());
    return core;
  };
  return { deps, tree, open, folder: join(deps.dataFolder, 'practice') };
}

const apiOf = async (core: CoreHandle): Promise<Api> => connect(await core.newPort(), contract);

async function untilState(api: Api, isWanted: (state: PracticeState | null) => boolean): Promise<void> {
  for await (const state of api.practice.watch({}, { signal: AbortSignal.timeout(5_000) })) if (isWanted(state)) return;
  throw new Error('waited in vain');
}

async function first<T>(stream: AsyncIterable<T>): Promise<T> {
  for await (const item of stream) return item;
  throw new Error('nothing came');
}

// The first start loads all of core: on a busy machine that alone takes seconds.
describe('the practice core', { timeout: 20_000 }, () => {
  it('sees the stand-ins and nothing of the user’s surroundings', async () => {
    const { open, folder } = setUp();
    const api = await apiOf(await open());
    expect(await api.app.info({})).toMatchObject({ dataFolder: folder });
    for await (const { status, failure } of api.engine.watch({})) {
      if (status === 'connecting') continue;
      expect(failure?.message).toContain('unix:///nowhere/engine.sock');
      break;
    }
    expect(await first(api.ngc.watch({}))).toMatchObject({ state: 'signed-out' });
    expect(await first(api.practice.watch({}))).toMatchObject({ machine: 'rtx-4090', key: 'nvapi-PRACTICE' });
    expect(statSync(join(folder, 'tree.json')).mode & 0o777).toBe(0o600);
  });

  it.skipIf(process.platform === 'win32')('runs the announced program for nvidia-smi, and no other', async () => {
    const folder = setUp().deps.dataFolder;
    const said = join(folder, 'said');
    const { open } = setUp(scriptedTree({ nvidiaSmi: ['/bin/sh', '-c', `echo "$0 $*" >> ${said}; exit 9`] }));
    const api = await apiOf(await open());
    const { failure } = await api.gpu.read({});
    expect(failure).not.toBeNull();
    // Asked once a place: the absolute paths, where a real driver would be found, were not run.
    expect(readFileSync(said, 'utf8')).toBe('-q -x\n');
  });

  it('begins with what its own folder holds from nobody', async () => {
    const { open, folder } = setUp();
    mkdirSync(folder, { mode: 0o700 });
    writeFileSync(join(folder, 'settings.json'), '{"theme":"dark"}');
    const api = await apiOf(await open());
    expect(await first(api.settings.watch({}))).toMatchObject({ theme: 'system' });
  });

  it('lets no folder of the user’s be the one for models', async () => {
    const { open, folder } = setUp();
    const api = await apiOf(await open());
    const change = api.settings.update({ cacheFolder: join(folder, '../../models') });
    await expect(change).rejects.toMatchObject({ code: 'BAD_INPUT' });
    const cacheFolder = join(folder, 'home', 'models');
    expect(await api.settings.update({ cacheFolder: '~/models' })).toMatchObject({ cacheFolder });
  });

  it('passes on what the page asks for, and says what cannot be done', async () => {
    const { open, tree } = setUp();
    const api = await apiOf(await open());
    await api.practice.setMachine({ machine: 'gb10' });
    await api.practice.setSpeed({ speed: 5 });
    await api.practice.provoke({ fault: 'gpu-lost', isOn: true });
    await untilState(
      api,
      (state) => state?.machine === 'gb10' && state.speed === 5 && state.faults[0]?.fault === 'gpu-lost',
    );
    expect(tree.asked).toEqual([
      ['machine', 'gb10'],
      ['speed', 5],
      ['gpu-lost', true],
    ]);
    await expect(api.practice.provoke({ fault: 'nim-dies', isOn: false })).rejects.toMatchObject({ code: 'BAD_INPUT' });

    const refusing = setUp(scriptedTree({ refusal: 'No NIM runs.' }));
    const other = await apiOf(await refusing.open());
    await expect(other.practice.provoke({ fault: 'nim-dies', isOn: true })).rejects.toMatchObject({
      code: 'CONFLICT',
      message: 'No NIM runs.',
    });
  });

  it('begins anew after a reset, and ends its stand-ins with it', async () => {
    const { open, tree } = setUp();
    const core = await open();
    let isGone = false;
    core.onGone(() => (isGone = true));
    const api = await apiOf(core);
    await api.settings.update({ theme: 'dark' });
    await api.practice.reset({});
    await expect.poll(() => isGone).toBe(true);
    const again = await apiOf(await open());
    expect(await first(again.settings.watch({}))).toMatchObject({ theme: 'system' });
    expect([tree.starts.length, tree.running()]).toEqual([2, 1]);
  });

  it('knows when its stand-ins have ended by themselves', async () => {
    const { open, tree } = setUp();
    const api = await apiOf(await open());
    tree.die();
    await untilState(api, (state) => state?.isRunning === false);
    await expect(api.practice.setSpeed({ speed: 1 })).rejects.toMatchObject({ code: 'PRACTICE_ENDED' });
  });

  it('says why it cannot start, and leaves nothing behind that would keep the next one out', async () => {
    const { deps } = setUp();
    for (const line of [null, 'no JSON', '{}']) {
      const broken = { ...deps, startSandbox: scriptedTree({ line }).start };
      await expect(openPracticeCore(broken)).rejects.toMatchObject({ code: 'PRACTICE_UNAVAILABLE' });
    }
    await expect(openPracticeCore({ ...deps, startSandbox: null })).rejects.toMatchObject({
      code: 'PRACTICE_UNAVAILABLE',
    });
    const core = await openPracticeCore(deps);
    expect(core.isOwner).toBe(true);
    await core.close();
  });

  it('is joined by a second shell and by a terminal, which never begins one', async () => {
    const { deps, open, tree } = setUp();
    await expect(joinPracticeCore(deps, undefined)).rejects.toMatchObject({ code: 'PRACTICE_NOT_RUNNING' });
    const owner = await open();
    const second = await open();
    expect([owner.isOwner, second.isOwner, tree.starts.length]).toEqual([true, false, 1]);
    const terminal = await joinPracticeCore(deps, undefined);
    onTestFinished(() => terminal.close());
    const api = await apiOf(terminal);
    expect((await first(api.practice.watch({})))?.key).toBe('nvapi-PRACTICE');
  });

  it('puts its tree where a socket’s path is short enough', async () => {
    const { deps, tree } = setUp();
    const dataFolder = join(deps.dataFolder, 'd'.repeat(90));
    mkdirSync(dataFolder, { recursive: true });
    const core = await openPracticeCore({ ...deps, dataFolder });
    await core.close();
    const folder = tree.starts[0]?.folder ?? '';
    expect(folder.length).toBeLessThan(60);
    expect(existsSync(folder)).toBe(false);
  });
});

describe('two cores in one shell', () => {
  it('share nothing but the process', async () => {
    const { deps, tree } = setUp();
    const cores = createCores(deps);
    onTestFinished(() => cores.close());
    const real = await apiOf(await cores.open('real'));
    expect(await first(real.practice.watch({}))).toBeNull();
    expect(tree.starts).toEqual([]);
    await expect(real.practice.setSpeed({ speed: 1 })).rejects.toMatchObject({ code: 'CONFLICT' });

    await real.practice.open({});
    expect(tree.starts).toHaveLength(1);
    const practice = await apiOf(await cores.open('practice'));
    expect(tree.starts).toHaveLength(1);

    await practice.settings.update({ theme: 'dark' });
    expect(await first(real.settings.watch({}))).toMatchObject({ theme: 'system' });
    await real.settings.update({ theme: 'light' });
    expect(await first(practice.settings.watch({}))).toMatchObject({ theme: 'dark' });
    expect(await first(real.ngc.watch({}))).toMatchObject({ state: 'unchecked' });
    expect(await first(practice.ngc.watch({}))).toMatchObject({ state: 'signed-out' });

    await cores.close();
    expect(tree.running()).toBe(0);
  });
});
