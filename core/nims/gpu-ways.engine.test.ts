import { afterAll, beforeAll, expect, test } from 'vitest';
import type { GpuChoice } from '../../shared/contract/nims.ts';
import { isAppError } from '../../shared/errors.ts';
import { gpus, slices } from '../testing/engine-host/gpus.ts';
import type { TestEngine, TestEngineName } from '../testing/engine-host/host.ts';
import { cleanUp, describeOnEngines, dockerOf, gpuIdsIn, imageReference, pull } from '../testing/engine-host/kit.ts';
import { createContainer, removeContainer, startContainer } from './create-container.ts';
import { gpuParts, type GpuWay } from './gpu-request.ts';
import type { ContainerBody } from './spec.ts';

const label = 'nimdeck.test=gpu-ways';

/** Which ways each engine has; any other is refused, by name. */
const waysOf: Record<TestEngineName, GpuWay[]> = {
  'overlay2-20.10': ['hook'],
  'overlay2-26.1': ['hook', 'runtime'],
  'containerd-26.1': ['cdi'],
};

const choices: [string, GpuChoice, readonly string[]][] = [
  ['none', { kind: 'none' }, []],
  ['one GPU by UUID', { kind: 'devices', ids: [gpus[1]] }, [gpus[1]]],
  ['one slice by UUID', { kind: 'devices', ids: [slices[2]] }, [slices[2]]],
  ['a GPU and a slice', { kind: 'devices', ids: [gpus[0], slices[3]] }, [gpus[0], slices[3]]],
  ['all', { kind: 'all' }, ['all']],
];

describeOnEngines('ways to a GPU', (engine: TestEngine) => {
  const docker = dockerOf(engine);
  beforeAll(() => pull(engine, imageReference('small')));
  afterAll(() => cleanUp(engine, label, [imageReference('small')]));

  /** Runs `env` in a container made of the parts that core makes; an image of NVIDIA's asks for every GPU itself. */
  async function given(parts: ReturnType<typeof gpuParts>): Promise<{ ids: string[]; requests: number }> {
    const { requests, runtime, visibleDevices } = parts;
    const body = {
      Image: imageReference('small'),
      Env: [`NVIDIA_VISIBLE_DEVICES=${visibleDevices ?? 'all'}`],
      Cmd: ['env'],
      Tty: true,
      Labels: { 'nimdeck.test': 'gpu-ways' },
      ExposedPorts: {},
      StopTimeout: 1,
      HostConfig: { DeviceRequests: requests, ...(runtime === null ? {} : { Runtime: runtime }) },
    } satisfies ContainerBody & Record<string, unknown>;
    const id = await createContainer(docker, '', body);
    try {
      await startContainer(docker, id, AbortSignal.timeout(30_000));
      const container = docker.getContainer(id);
      await container.wait();
      const { HostConfig } = await container.inspect();
      // Its last lines may come a moment after its end; there is always a PATH.
      const printed = async () => (await container.logs({ stdout: true })).toString().replaceAll('\r\n', '\n');
      await expect.poll(printed).toContain('PATH=');
      const output = await printed();
      return { ids: gpuIdsIn(output), requests: (HostConfig.DeviceRequests ?? []).length };
    } finally {
      await removeContainer(docker, id);
    }
  }

  test.each(waysOf[engine.name])('by %s exactly what was chosen arrives, by one request at most', async (way) => {
    await Promise.all(
      choices.map(async ([what, choice, expected]) => {
        const { ids, requests } = await given(gpuParts(choice, way));
        // By CDI each device of `all` arrives by its own id.
        const wanted = way === 'cdi' && choice.kind === 'all' ? gpus : expected;
        expect([what, ids.toSorted()]).toEqual([what, [...wanted].toSorted()]);
        expect(requests, what).toBe(choice.kind === 'none' || way === 'runtime' ? 0 : 1);
      }),
    );
  });

  const failureOf = async (parts: ReturnType<typeof gpuParts>) => {
    const outcome = await given(parts).catch((error: unknown) => error);
    return isAppError(outcome) ? outcome.code : outcome;
  };

  test('what is not there is refused, and a way that it lacks leads to the next one', async () => {
    const unknown: GpuChoice = { kind: 'devices', ids: ['GPU-ffffffff-0000-0000-0000-000000000000'] };
    const lacks = { hook: 'NVIDIA_RUNTIME_MISSING', cdi: 'NVIDIA_RUNTIME_MISSING', runtime: 'NVIDIA_RUNTIME_UNKNOWN' };
    for (const way of ['hook', 'cdi', 'runtime'] as const) {
      const hasIt = waysOf[engine.name].includes(way);
      const refusal = way === 'cdi' ? 'CDI_DEVICE_UNKNOWN' : 'GPU_UNKNOWN';
      expect([way, await failureOf(gpuParts(unknown, way))]).toEqual([way, hasIt ? refusal : lacks[way]]);
    }
  });

  if (engine.name === 'overlay2-26.1') {
    test('a listed runtime that is not installed is no way', async () => {
      const parts = { ...gpuParts({ kind: 'all' }, 'runtime'), runtime: 'nvidia-gone' };
      expect(await failureOf(parts)).toBe('NVIDIA_RUNTIME_MISSING');
    });
  }
});
