import type { GpuHistorySample, GpuReport } from '../../shared/contract/gpu.ts';
import type { Api } from '../../shared/contract/index.ts';
import { upStatuses } from '../../shared/nim-up.ts';
import type { CoreDeps } from '../deps.ts';
import type { SqlValue, Statement, Store } from '../store/store.ts';

/** Samples that are older than `afterSeconds` are thinned to one in `stepSeconds`. */
export interface HistoryStep {
  afterSeconds: number;
  stepSeconds: number;
}

/** A line of a day, a week or a month has a few hundred points: more is kept only of what was just now. */
const steps: readonly HistoryStep[] = [
  { afterSeconds: 2 * 3600, stepSeconds: 60 },
  { afterSeconds: 2 * 86_400, stepSeconds: 900 },
];
const keptSeconds = 30 * 86_400;
/** With eight cards in seven slices each a month is some 400,000 rows; the oldest go first. About 20 MB. */
const mostRows = 300_000;
/** From one kept sample to the next. */
const bucketSeconds = 10;
const thinEverySeconds = 600;
/** As many as a chart has room for. */
const mostPoints = 360;
/** So often a reading is asked for that nobody looks at. */
const unwatchedMs = 60_000;

export interface HistoryService {
  api: Pick<Api['gpu'], 'history'>;
  close(): Promise<void>;
}

interface HistoryParts {
  store: Store;
  gpu: { api: Pick<Api['gpu'], 'read'>; onReport(listener: (report: GpuReport) => void): () => void };
  nims: Pick<Api['nims'], 'watch'>;
  /** For tests: the limits of the table. */
  limits?: { mostRows: number };
}

/**
 * What GPUs and slices were like, in the store. It takes every reading that is made for somebody; while none is made and a
 * NIM is up it asks once a minute, and else never: a laptop's GPU must be able to sleep.
 */
export function createGpuHistory(
  deps: Pick<CoreDeps, 'now' | 'steady' | 'log'>,
  { store, gpu, nims, limits = { mostRows } }: HistoryParts,
): HistoryService {
  const closing = new AbortController();
  /** By UUID: in which bucket the last kept sample lies. */
  const kept = new Map<string, number>();
  /** Seconds since 1970; 0: not yet. */
  let thinnedAt = 0;
  let lastReportAt = -Infinity;
  let areNimsUp = false;
  let writing: Promise<void> = Promise.resolve();

  function record(report: GpuReport): void {
    lastReportAt = deps.steady();
    const at = Math.floor(Date.parse(report.readAt) / 1000);
    const inserts = devicesOf(report).flatMap((device): Statement[] => {
      const bucket = Math.floor(at / bucketSeconds);
      if (kept.get(device.uuid) === bucket) return [];
      kept.set(device.uuid, bucket);
      const { uuid, memoryUsedMiB, utilizationPercent, temperatureCelsius, powerWatts } = device;
      return [
        {
          sql: 'INSERT OR REPLACE INTO gpu_samples (uuid, at, memory, utilization, temperature, power) VALUES (?, ?, ?, ?, ?, ?)',
          values: [uuid, at, memoryUsedMiB, utilizationPercent, temperatureCelsius, powerWatts],
        },
      ];
    });
    if (inserts.length === 0) return;
    // The clock may have been set back.
    const statements =
      Math.abs(at - thinnedAt) < thinEverySeconds ? inserts : [...inserts, ...thinning(at, limits.mostRows)];
    writing = store.run(...statements).catch((error: unknown) => {
      // A disk that is full is said where it costs somebody something; a gap in a chart does not.
      deps.log.warn('gpu.history-not-kept', { message: String(error) });
    });
  }

  /** Of each span of time the newest sample stays; then the cap. @param now seconds since 1970 */
  function thinning(now: number, most: number): Statement[] {
    const spans = steps.map(({ afterSeconds, stepSeconds }): Statement => {
      const before = now - afterSeconds;
      // What was thinned last time need not be looked at again: a month of 64 devices would take a second each time.
      const since = thinnedAt === 0 ? 0 : Math.floor((thinnedAt - afterSeconds) / stepSeconds) * stepSeconds;
      return {
        sql: `DELETE FROM gpu_samples WHERE at >= ? AND at < ? AND (uuid, at) NOT IN
          (SELECT uuid, max(at) FROM gpu_samples WHERE at >= ? AND at < ? GROUP BY uuid, at / CAST(? AS INTEGER))`,
        values: [since, before, since, before, stepSeconds],
      };
    });
    thinnedAt = now;
    return [
      { sql: 'DELETE FROM gpu_samples WHERE at < ?', values: [now - keptSeconds] },
      ...spans,
      {
        sql: `DELETE FROM gpu_samples WHERE at <= coalesce(
          (SELECT at FROM gpu_samples ORDER BY at DESC LIMIT 1 OFFSET ?), -1)`,
        values: [most],
      },
    ];
  }

  async function followNims(): Promise<void> {
    for await (const list of nims.watch({}, { signal: closing.signal })) {
      areNimsUp = list.nims.some(({ status, gpus }) => gpus.kind !== 'none' && upStatuses.has(status));
    }
  }

  const stopHearing = gpu.onReport(record);
  const following = followNims().catch((error: unknown) => {
    if (!closing.signal.aborted) deps.log.error('gpu.history-follow-failed', { message: String(error) });
  });
  const timer = setInterval(() => {
    if (!areNimsUp || deps.steady() - lastReportAt < unwatchedMs) return;
    // It reaches `record` as every reading does.
    gpu.api.read({}, { signal: closing.signal }).catch((error: unknown) => {
      if (!closing.signal.aborted) deps.log.warn('gpu.history-not-read', { message: String(error) });
    });
  }, unwatchedMs / 2);
  timer.unref();

  return {
    api: {
      async history({ uuid, seconds }) {
        await writing;
        const from = Math.floor(deps.now() / 1000) - seconds;
        const rows = await store.all(
          'SELECT at, memory, utilization, temperature, power FROM gpu_samples WHERE uuid = ? AND at >= ? ORDER BY at',
          [uuid, from],
        );
        return thinOut(
          rows.map((row) => ({
            at: new Date(Number(row['at']) * 1000).toISOString(),
            memoryUsedMiB: numberOrNull(row['memory']),
            utilizationPercent: numberOrNull(row['utilization']),
            temperatureCelsius: numberOrNull(row['temperature']),
            powerWatts: numberOrNull(row['power']),
          })),
        );
      },
    },
    async close() {
      closing.abort();
      clearInterval(timer);
      stopHearing();
      await following;
      await writing;
    },
  };
}

type Measured = Omit<GpuHistorySample, 'at'> & { uuid: string };

/** Cards and slices that have a name of their own; of the slices the driver says the memory alone. */
function devicesOf({ gpus }: GpuReport): Measured[] {
  return gpus.flatMap((gpu) => {
    const { uuid, memoryUsedMiB, utilizationPercent, temperatureCelsius, powerWatts } = gpu;
    const card = uuid === null ? [] : [{ uuid, memoryUsedMiB, utilizationPercent, temperatureCelsius, powerWatts }];
    const slices = gpu.migDevices.flatMap((slice) =>
      slice.uuid === null
        ? []
        : [
            {
              uuid: slice.uuid,
              memoryUsedMiB: slice.memoryUsedMiB,
              utilizationPercent: null,
              temperatureCelsius: null,
              powerWatts: null,
            },
          ],
    );
    return [...card, ...slices];
  });
}

/** Evenly picked, the newest always among them. */
function thinOut(samples: readonly GpuHistorySample[]): GpuHistorySample[] {
  const step = Math.ceil(samples.length / mostPoints);
  return samples.filter((_, index) => (samples.length - 1 - index) % Math.max(1, step) === 0);
}

const numberOrNull = (value: SqlValue | undefined): number | null => (typeof value === 'number' ? value : null);
