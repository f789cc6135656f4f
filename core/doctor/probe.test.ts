import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { type SandboxEngine, startEngine, type StoreMode } from '../../sandbox/engine/engine.ts';
import { createMachine, type Machine, type MachineId } from '../../sandbox/machines/machine.ts';
import { createTestDeps } from '../testing/deps.ts';
import { createEngineService } from '../engine/service.ts';
import { createGpuService } from '../gpu/service.ts';
import { createRunProgram } from '../lib/run-program.ts';
import { createDoctorService } from './service.ts';
import { candidateImages, probeLabel } from './probe.ts';

// Each asks programs and sockets; on a busy machine that takes seconds.
vi.setConfig({ testTimeout: 60_000 });

const image = 'nvcr.io/nim/example/chat:2.0.6';

/** Core on the stand-in of an engine, which gives its containers the GPUs of a simulated machine. */
async function open(id: MachineId, store: StoreMode, present: readonly string[] = [image]) {
  const folder = mkdtempSync(join(tmpdir(), 'nimdeck-probe-'));
  let machine: Machine = await createMachine(id, join(folder, 'machine'), { platform: 'linux' });
  const pace = { bytesPerSecond: 1e9, speed: 1000 };
  const sandbox: SandboxEngine = await startEngine({
    socket: join(folder, 'engine.sock'),
    store,
    machine,
    images: [],
    present,
    isKeyRight: () => true,
    pace,
  });
  const run = createRunProgram({ PATH: process.env['PATH'] }, process.platform);
  const base = createTestDeps({ platform: 'linux', env: { DOCKER_HOST: sandbox.host } });
  const deps = {
    ...base,
    run: (file: string, args: readonly string[], options: Parameters<typeof run>[2]) =>
      file === 'nvidia-smi'
        ? run(machine.command[0] ?? '', [...machine.command.slice(1), ...args], options)
        : Promise.reject(Object.assign(new Error(file), { code: 'ENOENT' })),
  };
  const engine = createEngineService(deps);
  const gpu = createGpuService(deps);
  const none = () => Promise.reject(new Error('not asked here'));
  const doctor = createDoctorService(deps, {
    engine,
    gpu,
    ngc: {
      api: {
        watch: () => {
          throw new Error('not asked here');
        },
        check: none,
        signIn: none,
        signOut: none,
      },
    },
    jobs: { list: () => [] },
    settings: { get: () => ({ cacheFolder: null }) as never },
  });
  await engine.settled();
  const created: string[] = [];
  engine.onEvent(({ action, id: container }) => {
    if (action === 'create') created.push(container);
  });
  return {
    engine,
    doctor,
    created,
    async probe(isAgain = false) {
      const { checks } = await doctor.api.probe({ isAgain });
      const check = checks.find((each) => each.id === 'probe');
      if (check === undefined) throw new Error('There is no such check.');
      return check;
    },
    left: () => engine.docker().listContainers({ all: true }),
    async become(next: MachineId) {
      await machine.close();
      machine = await createMachine(next, join(folder, 'machine'), { platform: 'linux' });
      await sandbox.setMachine(machine);
    },
    sandbox,
    async [Symbol.asyncDispose]() {
      await doctor.close();
      await gpu.close();
      await engine.close();
      await sandbox.close();
      await machine.close();
      base[Symbol.dispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

test.each<[MachineId, StoreMode, number]>([
  ['rtx-4090', 'overlay2', 1],
  ['two-rtx-6000-ada', 'containerd-29', 2],
  ['h100-mig-7', 'containerd-26', 7],
])('%s with %s: a container sees all of it, and is gone again', async (machine, store, count) => {
  await using core = await open(machine, store);
  const check = await core.probe();
  expect(check, JSON.stringify(check)).toMatchObject({ state: 'ok', failure: null });
  const lines = check.evidence.filter(({ source }) => source === `container of ${image}`);
  expect(lines.filter(({ text }) => text.includes('UUID:') && (count < 3 || text.startsWith('MIG')))).toHaveLength(
    count,
  );
  expect(await core.left()).toEqual([]);
});

test('what was proven holds until engine, driver or slices change, or somebody asks again', async () => {
  await using core = await open('rtx-4090', 'containerd-29');
  await core.probe();
  await core.probe();
  await expect.poll(() => core.created.length).toBe(1);
  await core.probe(true);
  await expect.poll(() => core.created.length).toBe(2);
  await core.become('a100-mig-mixed');
  // A look at the GPUs is enough to know that the proof is of something else.
  const { checks } = await core.doctor.api.check({ ids: ['mig', 'probe'] });
  expect(checks.find(({ id }) => id === 'probe')?.state).toBe('ok');
  await expect.poll(() => core.created.length).toBe(3);
});

test.each<[name: string, machine: MachineId, store: StoreMode, code: string]>([
  ['Podman ignores the request in silence', 'rtx-4090', 'podman', 'GPU_REQUEST_IGNORED'],
  ['a machine whose driver does not fit', 'driver-broken', 'overlay2', 'DRIVER_LIBRARY_MISMATCH'],
])('%s: said, and nothing is left behind', async (_name, machine, store, code) => {
  await using core = await open(machine, store);
  const check = await core.probe();
  expect(check.failure?.code).toBe(code);
  expect(await core.left()).toEqual([]);
});

test('nothing is pulled for it', async () => {
  await using core = await open('rtx-4090', 'overlay2', []);
  expect(await core.probe()).toMatchObject({ state: 'unknown', failure: null });
  expect(core.created).toEqual([]);
  expect(await core.engine.docker().listImages()).toEqual([]);
});

test('whoever leaves ends nothing; core ends it, and takes the container away', async () => {
  await using core = await open('rtx-4090', 'overlay2');
  const abort = new AbortController();
  const leaving = core.doctor.api.probe({ isAgain: false }, { signal: abort.signal });
  abort.abort();
  await expect(leaving).rejects.toMatchObject({ code: 'CANCELLED' });
  await expect.poll(() => core.created.length).toBe(1);
  await core.doctor.close();
  expect(await core.left()).toEqual([]);
});

test('what a killed core left behind is taken away by the next probe', async () => {
  await using core = await open('rtx-4090', 'overlay2');
  const docker = core.engine.docker();
  await docker.createContainer({ Image: image, Cmd: ['sleep', '1'], Labels: { [probeLabel]: 'true' } });
  const other = await docker.createContainer({ Image: image, Cmd: ['sleep', '1'] });
  await core.probe();
  expect((await core.left()).map(({ Id }) => Id)).toEqual([other.id]);
});

test('a NIM is tried before anything else, and of two the smaller', () => {
  const of = (reference: string, sizeBytes: number, isNim = false) => ({
    reference,
    sizeBytes,
    isNim,
    nimVersion: null,
  });
  const images = [
    of('alpine:3', 1),
    of('nvidia/cuda:13', 4),
    of('a/nim:1', 9, true),
    of('a/nim:2', 8, true),
    of('ubuntu:24.04', 2),
  ];
  expect(candidateImages(images).map(({ reference }) => reference)).toEqual([
    'a/nim:2',
    'a/nim:1',
    'nvidia/cuda:13',
    'ubuntu:24.04',
    'alpine:3',
  ]);
});
