import { afterEach, expect, test } from 'vitest';
import type { GpuDevice, GpuReport } from '../../shared/contract/gpu.ts';
import type { GpuProof } from '../../shared/contract/gpu-proof.ts';
import type { Nim, NimList } from '../../shared/contract/nims.ts';
import { AppError } from '../../shared/errors.ts';
import { createAttention } from '../lib/attention.ts';
import { createValue } from '../lib/value.ts';
import { createTestDeps } from '../testing/deps.ts';
import { createFixedEngine } from '../testing/fixed-engine.ts';
import type { Owner } from './owners.ts';
import type { SmiProcess } from './parse-processes.ts';
import { createProofs, type ProofsService } from './proofs.ts';
import { createWatchedRun } from './watched-run.ts';

const id = 'a'.repeat(64);
const at = (second: number) => new Date(second * 1000).toISOString();
const nimWith = (change: Partial<Nim> = {}): Nim =>
  ({ id, name: 'llama', status: 'ready', startedAt: at(1), gpus: { kind: 'all' }, ...change }) as Nim;
const card = { index: 0, uuid: 'GPU-0', name: 'L40S', migEnabled: false, migDevices: [], memoryUsedMiB: 3 };
const gone: GpuReport = { readAt: at(0), gpus: [], failure: { code: 'GPU_LOST', message: 'GPU is lost' } };
const there: GpuReport = { readAt: at(0), gpus: [card as unknown as GpuDevice], failure: null };
const held: SmiProcess = { gpuUuid: 'GPU-0', gi: null, ci: null, pid: 7, memoryMiB: 900, processName: 'x' };

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

/** The services around it are data: what the driver says, whose the processes are, which NIMs there are. */
function begin(first: Nim[], about: Parameters<typeof createFixedEngine>[1] = {}) {
  const deps = createTestDeps();
  const list = createValue<NimList>({ isKnown: true, nims: first });
  let report = there;
  let processes: SmiProcess[] = [];
  let followers = 0;
  const listeners = new Set<(report: GpuReport) => void>();
  const read = async () => {
    for (const listener of listeners) listener(report);
    return report;
  };
  const gpu = {
    api: { read },
    processesOf: () => processes,
    async *follow(_atMost: unknown, signal: AbortSignal) {
      followers += 1;
      try {
        while (!signal.aborted) {
          yield await read();
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      } finally {
        followers -= 1;
      }
    },
    onReport(listener: (report: GpuReport) => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  const owner: Owner = { kind: 'container', id };
  const attention = createAttention();
  const proofs: ProofsService = createProofs(
    deps,
    {
      engine: createFixedEngine('/nonexistent/docker.sock', about),
      gpu,
      nims: { watch: (_input, options) => list.watch(options?.signal) },
      attention,
      owners: { of: async (pids) => new Map(pids.map((pid) => [pid, owner])) },
    },
    { readMs: 5, insideMs: 5, insideTimeoutMs: 100, unwatchedMs: 5, secondLookMs: 1 },
  );
  open.push({
    async close() {
      await proofs.close();
      deps[Symbol.dispose]();
    },
  });
  return {
    say(next: { report?: GpuReport; processes?: SmiProcess[]; nims?: Nim[] }) {
      report = next.report ?? report;
      processes = next.processes ?? processes;
      if (next.nims !== undefined) list.set({ isKnown: true, nims: next.nims });
    },
    isReading: () => followers > 0,
    isLookedAt: () => attention.isHere(),
    async becomes(
      state: GpuProof['state'] | 'nothing',
      change: Partial<GpuProof> = {},
      input: { isLook?: boolean } = {},
    ): Promise<void> {
      let last: readonly GpuProof[] = [];
      for await (const next of proofs.watch(input, { signal: AbortSignal.timeout(5_000) })) {
        last = next;
        const [proof] = next;
        if (state === 'nothing' ? proof === undefined : proof?.state === state) {
          if (proof !== undefined) expect(proof).toMatchObject(change);
          return;
        }
      }
      throw new Error(`waited in vain for ${state}; last: ${JSON.stringify(last)}`);
    },
  };
}

test('a NIM that holds memory is proven, one that holds none is named with the reason', async () => {
  const world = begin([nimWith()]);
  world.say({ processes: [held] });
  await world.becomes('proven', { devices: [{ id: 'GPU-0', name: 'L40S', gpuIndex: 0, memoryMiB: 900 }] });
  world.say({ processes: [] });
  await world.becomes('none', { failure: expect.objectContaining({ code: 'GPU_NOT_USED' }) as never });
});

test('who watches a proof looks', async () => {
  const world = begin([nimWith()]);
  expect(world.isLookedAt()).toBe(false);
  const looking = world.becomes('none');
  await expect.poll(world.isLookedAt).toBe(true);
  await looking;
  expect(world.isLookedAt()).toBe(false);
});

test('who only wants to be told does not', async () => {
  const world = begin([nimWith()]);
  const told = world.becomes('none', {}, { isLook: false });
  await expect.poll(world.isReading).toBe(true);
  expect(world.isLookedAt()).toBe(false);
  await told;
});

test('while it loads nothing is said against it', async () => {
  const world = begin([nimWith({ status: 'starting' })]);
  await world.becomes('waiting');
  world.say({ nims: [nimWith()] });
  await world.becomes('none');
});

test('the driver is read only while NIMs with GPUs run', async () => {
  const world = begin([nimWith({ gpus: { kind: 'none' } }), nimWith({ id: 'b'.repeat(64), status: 'stopped' })]);
  await world.becomes('nothing');
  expect(world.isReading()).toBe(false);
  world.say({ nims: [nimWith()] });
  await expect.poll(world.isReading).toBe(true);
  world.say({ nims: [nimWith({ status: 'stopped' })] });
  await expect.poll(world.isReading).toBe(false);
  await world.becomes('nothing');
});

test('a lost GPU is lost until a restart, or until it is held again', async () => {
  const world = begin([nimWith()]);
  world.say({ processes: [held] });
  await world.becomes('proven');
  world.say({ report: gone, processes: [] });
  await world.becomes('lost', { isRestartUseful: false, devices: [expect.objectContaining({ id: 'GPU-0' }) as never] });
  world.say({ report: there });
  await expect
    .poll(
      async () =>
        await world.becomes('lost', { isRestartUseful: true }).then(
          () => true,
          () => false,
        ),
    )
    .toBe(true);
  world.say({ nims: [nimWith({ startedAt: at(2) })], processes: [held] });
  await world.becomes('proven', { startedAt: at(2) });
});

test('one that ended of it keeps the reason; one that ended otherwise has none', async () => {
  const world = begin([nimWith()]);
  world.say({ processes: [held] });
  await world.becomes('proven');
  world.say({ report: gone, processes: [], nims: [nimWith({ status: 'exited' })] });
  await world.becomes('lost');

  const other = begin([nimWith()]);
  other.say({ processes: [held] });
  await other.becomes('proven');
  other.say({ nims: [nimWith({ status: 'exited' })] });
  await other.becomes('nothing');
});

test('of one that ended of it the driver is read on until the GPU is back', async () => {
  const world = begin([nimWith()]);
  world.say({ processes: [held] });
  await world.becomes('proven');
  world.say({ report: gone, processes: [], nims: [nimWith({ status: 'exited' })] });
  await world.becomes('lost', { isRestartUseful: false, isBack: false });
  await expect.poll(world.isReading).toBe(true);
  world.say({ report: there });
  await expect.poll(world.isReading).toBe(false);
  await world.becomes('lost', { isRestartUseful: true, isBack: true });
});

test.each([
  ['removed', []],
  ['stopped', [nimWith({ status: 'stopped' })]],
])('nor is it read on for one that is %s', async (_what, nims) => {
  const world = begin([nimWith()]);
  world.say({ processes: [held] });
  await world.becomes('proven');
  world.say({ report: gone, processes: [], nims: [nimWith({ status: 'exited' })] });
  await world.becomes('lost');
  await expect.poll(world.isReading).toBe(true);
  world.say({ nims });
  await expect.poll(world.isReading).toBe(false);
  await world.becomes('nothing');
});

test('what the container of a run saw last keeps no GPU from being back once the run has ended', () => {
  using deps = createTestDeps();
  const run = createWatchedRun(nimWith(), at(1), deps);
  const device = { id: 'GPU-0', name: 'L40S', gpuIndex: 0, memoryMiB: null };
  const failure = new AppError('GPU_LOST', 'GPU is lost');
  run.learnGiven([device]);
  run.takeInside({ kind: 'sees', ids: ['GPU-0'] });
  run.take({ kind: 'gone', devices: [device], failure }, null);
  run.takeInside({ kind: 'broken', failure });
  run.update(nimWith({ status: 'exited' }));
  expect(run.awaitsReturn()).toBe(true);
  run.take({ kind: 'nothing' }, null);
  expect(run.proof()).toMatchObject({ state: 'lost', isRestartUseful: true, isBack: true });
  expect(run.awaitsReturn()).toBe(false);
});

test.each([
  [{ isLocal: false }, 'engine-elsewhere'],
  [{ kind: 'docker-desktop' as const }, 'engine-in-vm'],
])('an engine that cannot be seen from here proves nothing: %j', async (about, doubt) => {
  const world = begin([nimWith()], about);
  await world.becomes('unknown', { doubt: doubt as never });
  if (doubt === 'engine-elsewhere') expect(world.isReading()).toBe(false);
});
