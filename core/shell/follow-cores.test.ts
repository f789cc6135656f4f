import { expect, test } from 'vitest';
import { contract } from '../../shared/contract/index.ts';
import type { GpuProof } from '../../shared/contract/gpu-proof.ts';
import type { Job } from '../../shared/contract/jobs.ts';
import type { NimList } from '../../shared/contract/nims.ts';
import type { SettingValues } from '../../shared/contract/settings.ts';
import { AppError } from '../../shared/errors.ts';
import type { CallOptions } from '../../shared/rpc/contract.ts';
import { createPair } from '../../shared/rpc/pair.ts';
import { serve } from '../../shared/rpc/serve.ts';
import type { CoreHandle } from '../host/open-core.ts';
import { createValue } from '../lib/value.ts';
import { someJob, someNim, someProof } from '../testing/shell-values.ts';
import { createFollower } from './follow-cores.ts';
import type { TrayContent } from './shell-items.ts';

type Watch<T> = { watch: (input: unknown, options?: CallOptions) => AsyncIterable<T> };

/** A core of which only these operations are asked. */
function coreWith(api: {
  app?: { watchPresenting: Watch<{ isPresenting: boolean }>['watch'] };
  gpu?: { watchProofs: Watch<GpuProof[]>['watch'] };
  nims: Watch<NimList>;
  jobs: Watch<Job[]>;
  settings: Watch<SettingValues>;
}) {
  const [ours, theirs] = createPair();
  const unused = Object.entries(contract).map(([domain, operations]) => [
    domain,
    Object.fromEntries(Object.keys(operations).map((name) => [name, () => Promise.reject(new Error(name))])),
  ]);
  const app = {
    watchPresenting: (_input: unknown, options?: CallOptions) => forEver({ isPresenting: false }, options?.signal),
  };
  const gpu = { watchProofs: (_input: unknown, options?: CallOptions) => forEver([], options?.signal) };
  const served = serve(theirs, contract, { ...Object.fromEntries(unused), app, gpu, ...api });
  return { served, core: { newPort: async () => ours } as unknown as CoreHandle };
}

async function* forEver<T>(first: T, signal: AbortSignal | undefined): AsyncGenerator<T> {
  yield first;
  await new Promise((resolve) => signal?.addEventListener('abort', resolve, { once: true }));
}

// oxlint-disable-next-line require-yield -- there is nothing to say
async function* never(signal: AbortSignal | undefined): AsyncGenerator<never> {
  await new Promise((resolve) => signal?.addEventListener('abort', resolve, { once: true }));
}

test('where one of a core’s streams fails, the others end with it and the core is no longer shown', async () => {
  const failing = Promise.withResolvers<void>();
  const { core, served } = coreWith({
    nims: { watch: (_input, options) => forEver({ isKnown: true, nims: [someNim()] }, options?.signal) },
    jobs: { watch: (_input, options) => forEver([], options?.signal) },
    settings: {
      // oxlint-disable-next-line require-yield -- it fails before there is anything
      async *watch() {
        await failing.promise;
        throw new AppError('STORE_DAMAGED', 'It cannot be read.');
      },
    },
  });
  let tray: TrayContent = { tooltip: '', items: [] };
  const follower = createFollower({ onTray: (content) => (tray = content), onNotice() {}, onSettings() {} });

  const following = follower.follow('real', core);
  await expect.poll(() => tray.tooltip).toBe('Nimdeck\n1 NIM runs');
  failing.resolve();
  await expect(following).rejects.toMatchObject({ code: 'STORE_DAMAGED' });
  expect(tray.tooltip).toBe('Nimdeck');
  await expect.poll(() => served.openCalls).toBe(0);
});

test('nothing is told while a page is shown to an audience; afterwards all of it, once', async () => {
  const presenting = createValue({ isPresenting: false });
  const jobs = createValue<Job[]>([someJob()]);
  const { core, served } = coreWith({
    app: { watchPresenting: (_input, options) => presenting.watch(options?.signal) },
    nims: { watch: (_input, options) => forEver({ isKnown: true, nims: [someNim()] }, options?.signal) },
    jobs: { watch: (_input, options) => jobs.watch(options?.signal) },
    settings: { watch: (_input, options) => never(options?.signal) },
  });
  const told: string[] = [];
  let tray = '';
  const follower = createFollower({
    onTray: ({ tooltip }) => (tray = tooltip),
    onNotice: ({ title }) => told.push(title),
    onSettings() {},
  });
  const following = follower.follow('real', core);

  await expect.poll(() => tray).toMatch(/1 job under way/);
  jobs.set([someJob({ state: 'done' })]);
  await expect.poll(() => told).toEqual(['nim/x:1 is pulled']);
  presenting.set({ isPresenting: true });
  jobs.set([someJob({ id: 'job-2' })]);
  await expect.poll(() => tray).toMatch(/1 job under way/);
  jobs.set([someJob({ id: 'job-2', state: 'done' })]);
  await expect.poll(() => tray).not.toMatch(/job under way/);
  expect(told).toHaveLength(1);
  presenting.set({ isPresenting: false });
  await expect.poll(() => told).toHaveLength(2);
  served.close();
  await following;
  expect(told).toHaveLength(2);
});

test('a lost GPU is told, and how things were at the beginning is not; asking for it is no look', async () => {
  const lost = someProof({ state: 'lost' });
  const other = someNim({ id: 'b1'.repeat(32), name: 'embed' });
  const proofs = createValue<GpuProof[]>([lost, someProof({ nimId: other.id })]);
  const asked: unknown[] = [];
  const { core, served } = coreWith({
    gpu: {
      watchProofs(input, options) {
        asked.push(input);
        return proofs.watch(options?.signal);
      },
    },
    nims: { watch: (_input, options) => forEver({ isKnown: true, nims: [someNim(), other] }, options?.signal) },
    jobs: { watch: (_input, options) => never(options?.signal) },
    settings: { watch: (_input, options) => never(options?.signal) },
  });
  const told: string[] = [];
  let tray = '';
  const follower = createFollower({
    onTray: ({ tooltip }) => (tray = tooltip),
    onNotice: ({ title }) => told.push(title),
    onSettings() {},
  });
  const following = follower.follow('practice', core);

  await expect.poll(() => tray).toMatch(/2 NIMs run/);
  await expect.poll(() => asked).toEqual([{ isLook: false }]);
  proofs.set([lost, { ...lost, nimId: other.id }]);
  await expect.poll(() => told).toEqual(['Practice: embed has lost its GPU']);
  served.close();
  await following;
});
