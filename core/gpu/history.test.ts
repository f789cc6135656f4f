import { afterEach, describe, expect, it, vi } from 'vitest';
import type { GpuReport } from '../../shared/contract/gpu.ts';
import type { Nim, NimList } from '../../shared/contract/nims.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { createTestDeps, type TestDeps } from '../testing/deps.ts';
import { createGpuHistory, type HistoryService } from './history.ts';

const start = Date.parse('2026-06-01T00:00:00Z');
const uuid = 'GPU-1';

const open: { history: HistoryService; store: Store; deps: TestDeps }[] = [];
afterEach(async () => {
  for (const { history, store, deps } of open.splice(0)) {
    await history.close();
    await store.close();
    deps[Symbol.dispose]();
  }
});

async function begin(mostRows = 100_000) {
  let now = start;
  const deps = createTestDeps({ now: () => now });
  const store = await openStore(deps);
  const listeners = new Set<(report: GpuReport) => void>();
  const make = () =>
    createGpuHistory(deps, {
      store,
      gpu: {
        api: { read: () => Promise.reject(new Error('nobody asked')) },
        onReport(listener) {
          listeners.add(listener);
          return () => void listeners.delete(listener);
        },
      },
      nims: {
        async *watch(): AsyncGenerator<NimList> {
          yield { isKnown: true, nims: [] };
        },
      },
      limits: { mostRows },
    });
  let history = make();
  open.push({ history: { ...history, close: () => history.close() }, store, deps });
  return {
    /** A reading so many seconds after the beginning. */
    read: (seconds: number, memoryUsedMiB: number | null = seconds, slices: string[] = []) => {
      now = start + seconds * 1000;
      const gpu = {
        index: 0,
        name: 'a card',
        uuid,
        driverVersion: null,
        cudaVersion: null,
        computeCapability: null,
        memoryTotalMiB: 1000,
        memoryUsedMiB,
        isMemoryShared: false,
        utilizationPercent: 5,
        temperatureCelsius: 40,
        powerWatts: null,
        migEnabled: slices.length > 0,
        migDevices: slices.map((id, index) => ({
          index,
          gi: index,
          ci: 0,
          uuid: id,
          profile: null,
          memoryTotalMiB: 10,
          memoryUsedMiB: 7,
        })),
      };
      const report: GpuReport = { readAt: new Date(now).toISOString(), gpus: [gpu], failure: null };
      for (const listener of listeners) listener(report);
    },
    ask: async (seconds: number, device = uuid) =>
      (await history.api.history({ uuid: device, seconds })).map(({ at, memoryUsedMiB }) => [
        (Date.parse(at) - start) / 1000,
        memoryUsedMiB,
      ]),
    restart: async () => {
      await history.close();
      history = make();
    },
    count: async () => Number((await store.all('SELECT count(*) AS n FROM gpu_samples'))[0]?.['n']),
  };
}

describe('gpu.history', () => {
  it('keeps one reading in ten seconds, of cards and slices, and knows nothing as nothing', async () => {
    const { read, ask } = await begin();
    for (const second of [0, 1, 9, 10, 19]) read(second, second, ['MIG-1']);
    read(25, null);
    expect(await ask(60)).toEqual([
      [0, 0],
      [10, 10],
      [25, null],
    ]);
    expect(await ask(60, 'MIG-1')).toEqual([
      [0, 7],
      [10, 7],
    ]);
    expect(await ask(60, 'MIG-other')).toEqual([]);
  });

  it('goes on over a restart', async () => {
    const { read, ask, restart } = await begin();
    read(0);
    await restart();
    read(10);
    expect(await ask(60)).toEqual([
      [0, 0],
      [10, 10],
    ]);
  });

  it('thins what is older than two hours to a minute, than two days to a quarter, and drops a month', async () => {
    const { read, ask, count } = await begin();
    for (let second = 0; second < 3600; second += 10) read(second);
    expect(await count()).toBe(360);
    // Three hours later the hour is a row a minute: the newest of each.
    read(4 * 3600);
    expect(await count()).toBe(61);
    expect((await ask(5 * 3600)).slice(0, 2)).toEqual([
      [50, 50],
      [110, 110],
    ]);
    read(3 * 86_400);
    // A row a quarter of an hour, and the two of since then.
    expect(await count()).toBe(6);
    read(31 * 86_400);
    expect(await count()).toBe(2);
  });

  it('holds no more than its cap when the clock was set back by hours', async () => {
    const { read, count } = await begin(50);
    read(10 * 3600);
    for (let second = 0; second < 3 * 3600; second += 10) read(second);
    await expect.poll(count).toBeLessThan(700);
  });

  it('is read between looks by a clock that nobody sets: every few seconds, also when the other one was set back', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const clocks = { now: start, steady: 0 };
      const deps = createTestDeps({ now: () => clocks.now, steady: () => clocks.steady });
      const store = await openStore(deps);
      const listeners = new Set<(report: GpuReport) => void>();
      const told = Promise.withResolvers<void>();
      let reads = 0;
      const history = createGpuHistory(deps, {
        store,
        gpu: {
          api: {
            async read() {
              reads += 1;
              const report = { readAt: new Date(clocks.now).toISOString(), gpus: [], failure: null };
              for (const listener of listeners) listener(report);
              return report;
            },
          },
          onReport(listener) {
            listeners.add(listener);
            return () => void listeners.delete(listener);
          },
        },
        nims: {
          async *watch(): AsyncGenerator<NimList> {
            yield { isKnown: true, nims: [{ status: 'ready', gpus: { kind: 'all' } } as Nim] };
            told.resolve();
          },
        },
      });
      open.push({ history, store, deps });
      await told.promise;
      const later = (ms: number) => {
        clocks.steady += ms;
        vi.advanceTimersByTime(ms);
      };
      later(60_000);
      expect(reads).toBe(1);
      clocks.now -= 3 * 3_600_000;
      later(60_000);
      expect(reads).toBe(2);
      clocks.now += 24 * 3_600_000;
      vi.advanceTimersByTime(60_000);
      expect(reads).toBe(2);
    } finally {
      vi.useRealTimers();
    }
  });

  it('never holds more than its cap', async () => {
    const { read, count } = await begin(50);
    for (let second = 0; second <= 1200; second += 10) read(second);
    // Thinned at the beginning, after ten minutes and after twenty.
    expect(await count()).toBe(50);
  });

  it('answers with as many points as a chart has room for, the newest among them', async () => {
    const { read, ask } = await begin();
    for (let second = 0; second < 7000; second += 10) read(second);
    const points = await ask(7200);
    expect(points.length).toBeLessThanOrEqual(360);
    expect(points.length).toBeGreaterThan(300);
    expect(points.at(-1)).toEqual([6990, 6990]);
  });
});
