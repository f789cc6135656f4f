import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { GpuReport } from '../../shared/contract/gpu.ts';
import type { MetricsState } from '../../shared/contract/metrics.ts';
import type { Nim, NimList } from '../../shared/contract/nims.ts';
import { AppError } from '../../shared/errors.ts';
import { silentLogger } from '../lib/logger.ts';
import { createValue, type Value } from '../lib/value.ts';
import { createFixedEngine } from '../testing/fixed-engine.ts';
import { createMetricsService, type MetricsService } from './service.ts';

const nimId = 'c0'.repeat(32);
const pace = { watchedMs: 20, unwatchedMs: 40, timeoutMs: 500 };

interface World {
  nims: Value<NimList>;
  metrics: MetricsService;
  asked: { metrics: number; statsOpen: number; statsOpened: number; gpuReaders: number };
  tokens: number;
  /** What the NIM answers with. */
  page: () => { status: number; body: string };
  set(change: Partial<Nim>): void;
}

let world: World;
let close: () => Promise<void>;

async function listen(server: Server, where: string | 0): Promise<void> {
  await new Promise<void>((resolve) =>
    where === 0 ? server.listen(0, '127.0.0.1', resolve) : server.listen(where, resolve),
  );
}

beforeEach(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nimdeck-metrics-'));
  const asked = { metrics: 0, statsOpen: 0, statsOpened: 0, gpuReaders: 0 };
  const nim = createServer((_request, response) => {
    asked.metrics += 1;
    world.tokens += 10;
    const { status, body } = world.page();
    response.writeHead(status).end(body);
  });
  await listen(nim, 0);
  const { port } = nim.address() as AddressInfo;

  const stats = (used: number) => ({
    cpu_stats: { cpu_usage: { total_usage: used }, system_cpu_usage: used * 2, online_cpus: 2 },
    precpu_stats: { cpu_usage: { total_usage: 1 }, system_cpu_usage: 2 },
    memory_stats: { usage: 5000, limit: 9000, stats: { inactive_file: 1000 } },
  });
  const engine = createServer((_request, response) => {
    asked.statsOpen += 1;
    asked.statsOpened += 1;
    response.on('close', () => (asked.statsOpen -= 1));
    response.write(`${JSON.stringify(stats(100))}\n`);
  });
  const socketPath = join(folder, 'engine.sock');
  await listen(engine, socketPath);

  const ready: Nim = {
    id: nimId,
    name: 'llama',
    reference: 'nvcr.io/nim/meta/llama:1',
    status: 'ready',
    statusSince: new Date(0).toISOString(),
    phase: null,
    exit: null,
    createdAt: new Date(0).toISOString(),
    startedAt: new Date(1000).toISOString(),
    address: `http://127.0.0.1:${port}`,
    gpus: { kind: 'all' },
    models: [],
    nimVersion: null,
    profile: null,
  };
  const nims = createValue<NimList>({ isKnown: true, nims: [ready] });
  const report: GpuReport = {
    readAt: new Date(0).toISOString(),
    failure: null,
    gpus: [
      {
        index: 0,
        name: 'card',
        uuid: 'GPU-1',
        driverVersion: null,
        cudaVersion: null,
        computeCapability: null,
        memoryTotalMiB: 1000,
        memoryUsedMiB: 250,
        isMemoryShared: false,
        utilizationPercent: 80,
        temperatureCelsius: null,
        powerWatts: null,
        migEnabled: false,
        migDevices: [],
      },
    ],
  };
  const metrics = createMetricsService(
    { now: Date.now, log: silentLogger },
    {
      engine: createFixedEngine(socketPath),
      gpu: {
        api: {
          async *watch(_input: object, { signal }: { signal?: AbortSignal } = {}) {
            asked.gpuReaders += 1;
            try {
              yield* createValue(report).watch(signal);
            } finally {
              asked.gpuReaders -= 1;
            }
          },
          read: async () => report,
        } as never,
        close: async () => {},
      },
      nims: {
        api: { watch: (_input: object, options?: { signal?: AbortSignal }) => nims.watch(options?.signal) },
        get(id: string) {
          const found = nims.get().nims.find((each) => each.id === id);
          if (found === undefined) throw new AppError('NOT_FOUND', 'gone');
          return found;
        },
      } as never,
    },
    pace,
  );
  world = {
    nims,
    metrics,
    asked,
    tokens: 0,
    page: () => ({
      status: 200,
      body: `vllm:num_requests_running 2\nvllm:generation_tokens_total ${world.tokens}\nvllm:num_requests_waiting 0\n`,
    }),
    set: (change) => nims.set({ isKnown: true, nims: nims.get().nims.map((each) => ({ ...each, ...change })) }),
  };
  close = async () => {
    await metrics.close();
    for (const server of [nim, engine]) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
    rmSync(folder, { recursive: true, force: true });
  };
});
afterEach(() => close());

async function until(isWanted: (state: MetricsState) => boolean): Promise<MetricsState> {
  let last: MetricsState | undefined;
  await expect.poll(() => world.metrics.api.read({ nimId, from: 0 })).toBeDefined();
  for await (const state of world.metrics.api.watch({ nimId }, { signal: AbortSignal.timeout(5_000) })) {
    last = state;
    if (isWanted(state)) return state;
  }
  throw new Error(`waited in vain: ${JSON.stringify(last)}`);
}

const isWhole = ({ latest }: MetricsState) =>
  latest !== null &&
  latest.cpuCores !== null &&
  latest.gpuMemoryMiB !== null &&
  latest.generationTokensPerSecond !== null;

test('who watches gets the NIM’s, the engine’s and the GPU’s numbers', async () => {
  const state = await until(isWhole);
  expect(state).toMatchObject({
    nimSource: 'answering',
    totals: { family: 'vllm', running: 2, waiting: 0, kvCacheUsage: null },
    memoryLimitBytes: 9000,
    gpuMemoryTotalMiB: 1000,
    gpuCount: 1,
  });
  expect(state.latest).toMatchObject({
    running: 2,
    waiting: 0,
    kvCacheUsage: null,
    promptTokensPerSecond: null,
    memoryBytes: 4000,
    gpuMemoryMiB: 250,
    gpuUtilizationPercent: 80,
  });
  expect(state.latest?.cpuCores).toBeCloseTo(1);
  expect(state.latest?.generationTokensPerSecond).toBeGreaterThan(0);
});

test('nobody watches: the engine and the GPU are left alone, the NIM is asked on, and a window shows it', async () => {
  await until(isWhole);
  await expect.poll(() => [world.asked.statsOpen, world.asked.gpuReaders]).toEqual([0, 0]);
  const { metrics } = world.asked;
  await expect.poll(() => world.asked.metrics).toBeGreaterThan(metrics + 2);
  expect(world.asked.statsOpen).toBe(0);
  const { samples } = await world.metrics.api.read({ nimId, from: 0 });
  expect(samples.at(-1)).toMatchObject({ running: 2, cpuCores: null, gpuMemoryMiB: null });
  expect(
    samples.some(({ cpuCores }) => cpuCores !== null),
    'what was measured stays',
  ).toBe(true);
});

test('any number of readers share one look', async () => {
  const [one, other] = await Promise.all([until(isWhole), until(isWhole)]);
  expect(one.nimSource).toBe(other.nimSource);
  expect(world.asked.statsOpened).toBeLessThanOrEqual(2);
  await expect.poll(() => [world.asked.statsOpen, world.asked.gpuReaders]).toEqual([0, 0]);
});

test('says why a NIM has no numbers of its own', async () => {
  world.page = () => ({ status: 404, body: 'no' });
  expect((await until(({ nimSource }) => nimSource === 'none')).totals).toBeNull();
  world.page = () => ({ status: 200, body: '<html>a proxy</html>' });
  await until(({ nimSource }) => nimSource === 'none');
  world.page = () => ({ status: 502, body: '' });
  await until(({ nimSource }) => nimSource === 'not-answering');
  world.set({ status: 'starting' });
  await until(({ nimSource }) => nimSource === 'waiting');
  world.set({ status: 'paused' });
  await until(({ nimSource }) => nimSource === 'not-answering');
  world.set({ status: 'stopped', address: null });
  await until(({ nimSource }) => nimSource === 'off');
});

test('a restart leaves a gap, and no rate over it', async () => {
  await until(isWhole);
  world.tokens = 0;
  const { end } = await until(isWhole);
  world.set({ startedAt: new Date(2000).toISOString() });
  await until((state) => state.end > end + 3);
  const { samples } = await world.metrics.api.read({ nimId, from: end });
  expect(samples.some(({ running, cpuCores }) => running === null && cpuCores === null)).toBe(true);
  expect(samples.every(({ generationTokensPerSecond: rate }) => rate === null || rate >= 0)).toBe(true);
});

test('one that is removed ends its readers', async () => {
  const reading = until(() => false);
  const ended = expect(reading).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect.poll(() => world.asked.statsOpen).toBe(1);
  world.nims.set({ isKnown: true, nims: [] });
  await ended;
  await expect.poll(() => world.asked.statsOpen).toBe(0);
  await expect(world.metrics.api.read({ nimId, from: 0 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
});
