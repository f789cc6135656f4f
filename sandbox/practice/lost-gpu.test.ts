import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createServices } from '../../core/index.ts';
import { createRunProgram } from '../../core/lib/run-program.ts';
import { createTestDeps } from '../../core/testing/deps.ts';
import type { GpuProof } from '../../shared/contract/gpu-proof.ts';
import type { PracticeFault } from '../../shared/contract/practice.ts';
import { readOptions } from './options.ts';
import { startTree } from './tree.ts';

const reference = 'nvcr.io/nim/example/chat-8b:2.0.6';

test('in practice a NIM is seen to use its GPU, to lose it, and to have it back after a restart, or after a start where it had ended', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nimdeck-lost-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const options = { folder: join(folder, 't'), speed: 400, images: { [reference]: [1_000] } };
  const tree = await startTree(readOptions(JSON.stringify(options)));
  const { control, dockerHost, nvidiaSmi } = tree.announcement;
  const [program = '', ...leading] = nvidiaSmi;
  const start = createRunProgram(process.env, process.platform);
  using deps = createTestDeps({
    env: { DOCKER_HOST: dockerHost },
    run: (_file, args, how) => start(program, [...leading, ...args], how),
  });
  const core = await createServices(deps);
  const provoke = async (name: PracticeFault, isOn: boolean) => {
    const headers = { authorization: `Bearer ${control.token}` };
    const body = JSON.stringify({ fault: name, isOn });
    expect((await fetch(`${control.address}/fault`, { method: 'POST', headers, body })).status).toBe(204);
  };
  const fault = async (isOn: boolean) => {
    await provoke('gpu-lost', isOn);
    // While nobody watches the watchdog looks once a minute.
    await core.api.gpu.read({});
  };
  const becomes = async (isSo: (proof: GpuProof) => boolean): Promise<GpuProof> => {
    for await (const [proof] of core.api.gpu.watchProofs({}, { signal: AbortSignal.timeout(60_000) })) {
      if (proof !== undefined && isSo(proof)) return proof;
    }
    throw new Error('waited in vain for a proof');
  };
  const spec = { reference, name: 'mine', port: null, profile: null, allowAnyOrigin: false, environment: [] };
  await core.api.nims.deploy({ ...spec, gpus: { kind: 'all' } });

  const proven = await becomes(({ state }) => state === 'proven');
  expect(proven.devices).toMatchObject([{ gpuIndex: 0, memoryMiB: expect.any(Number) as number }]);
  const held = (await core.api.gpu.holders({})).find(({ nim }) => nim?.id === proven.nimId);
  expect(held).toMatchObject({ gpuIndex: 0, memoryMiB: proven.devices[0]?.memoryMiB, nim: { name: 'mine' } });

  await fault(true);
  const lost = await becomes(({ state }) => state === 'lost');
  expect(lost).toMatchObject({ failure: { code: 'GPU_LOST' }, isRestartUseful: false });
  await fault(false);
  await becomes(({ state, isRestartUseful }) => state === 'lost' && isRestartUseful);
  await core.api.nims.restart({ nimId: lost.nimId });
  const again = await becomes(({ state, startedAt }) => state === 'proven' && startedAt !== lost.startedAt);
  expect(again.devices).toMatchObject([{ gpuIndex: 0 }]);

  await fault(true);
  await becomes(({ state, startedAt }) => state === 'lost' && startedAt === again.startedAt);
  await provoke('nim-dies', true);
  for await (const { nims } of core.api.nims.watch({}, { signal: AbortSignal.timeout(60_000) })) {
    if (nims.some(({ status }) => status === 'exited')) break;
  }
  // Nobody but the watchdog reads the driver now.
  await provoke('gpu-lost', false);
  await becomes(({ isBack, isRestartUseful }) => isBack && isRestartUseful);
  await core.api.nims.start({ nimId: lost.nimId });
  await becomes(({ state, startedAt }) => state === 'proven' && startedAt !== again.startedAt);

  await core.close();
  await tree.close();
}, 120_000);
