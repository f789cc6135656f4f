import type { GpuReport } from '../../shared/contract/gpu.ts';
import type { MetricsSample, MetricsState } from '../../shared/contract/metrics.ts';
import type { Nim } from '../../shared/contract/nims.ts';
import { isAppError } from '../../shared/errors.ts';
import type { EngineService } from '../engine/service.ts';
import { askNim } from '../lib/ask-nim.ts';
import { chosenGpus } from '../lib/chosen-gpus.ts';
import { createValue, type Value } from '../lib/value.ts';
import { type ContainerStats, followStats } from './container-stats.ts';
import { createHistory } from './history.ts';
import { parseMetrics } from './parse-metrics.ts';
import { keptReadings, type Reading, sum, toSample } from './sample.ts';

export interface MetricsPace {
  watchedMs: number;
  /** Each question is a line in the NIM's log, and work for both: seldom, but often enough to see what a night was like. */
  unwatchedMs: number;
  timeoutMs: number;
}

export const usualPace: MetricsPace = { watchedMs: 2_000, unwatchedMs: 60_000, timeoutMs: 3_000 };

/** The metrics of one NIM: asks as often as somebody looks, and keeps what it learnt. */
export interface Monitor {
  readonly state: Value<MetricsState>;
  from(number: number): { first: number; samples: MetricsSample[] };
  /** What is known of the NIM has changed. */
  update(nim: Nim): void;
  /** Somebody looks, until the returned function is called. */
  look(): () => void;
  /** Aborts when there is nothing more to come. */
  readonly closed: AbortSignal;
  close(): void;
}

interface MonitorParts {
  engine: Pick<EngineService, 'docker'>;
  /** As last read; null while nobody reads. */
  gpuReport: () => GpuReport | null;
  now: () => number;
  pace: MetricsPace;
}

const answering = new Set<Nim['status']>(['ready', 'not-answering']);

export function createMonitor(first: Nim, { engine, gpuReport, now, pace }: MonitorParts): Monitor {
  const history = createHistory();
  const closing = new AbortController();
  let nim = first;
  let watchers = 0;
  let timer: NodeJS.Timeout | undefined;
  let stats: { latest: ContainerStats | null; end: AbortController } | null = null;
  let readings: readonly Reading[] = [];
  let isAsking = false;
  const state = createValue<MetricsState>({
    first: 0,
    end: 0,
    latest: null,
    nimSource: sourceOf(nim),
    totals: null,
    memoryLimitBytes: null,
    gpuMemoryTotalMiB: null,
    gpuCount: null,
  });

  const isUp = () => nim.status !== 'stopped' && nim.status !== 'exited' && nim.status !== 'unknown';
  const canAnswer = () => nim.address !== null && answering.has(nim.status);

  function schedule() {
    clearTimeout(timer);
    const isWanted = isUp() && (watchers > 0 || canAnswer());
    if (!isWanted || closing.signal.aborted) return;
    timer = setTimeout(() => void tick(), watchers > 0 ? pace.watchedMs : pace.unwatchedMs);
    timer.unref();
  }

  async function tick() {
    clearTimeout(timer);
    if (isAsking) return;
    isAsking = true;
    try {
      await measure();
    } catch (error) {
      // Only the end of core comes here: a NIM that does not answer is an answer.
      if (!isAppError(error, 'CANCELLED')) throw error;
    } finally {
      isAsking = false;
      schedule();
    }
  }

  async function measure() {
    const { startedAt } = nim;
    const nimSource = canAnswer() ? await readNim() : sourceOf(nim);
    if (closing.signal.aborted || nim.startedAt !== startedAt) return;
    const isRead = nimSource === 'answering';
    const report = gpuReport();
    const gpus = watchers > 0 ? chosenGpus(nim.gpus, report) : null;
    if (watchers > 0 || isRead) {
      const at = new Date(now()).toISOString();
      history.add(toSample({ at, stats: stats?.latest ?? null, readings: isRead ? readings : [], gpus }));
    }
    const before = state.get();
    state.set({
      ...position(),
      nimSource,
      totals: isRead ? (readings.at(-1)?.parsed.metrics ?? null) : before.totals,
      memoryLimitBytes: stats?.latest?.memoryLimitBytes ?? before.memoryLimitBytes,
      gpuMemoryTotalMiB: gpus === null ? before.gpuMemoryTotalMiB : sum(gpus, 'memoryTotalMiB'),
      gpuCount: nim.gpus.kind === 'none' ? 0 : (gpus?.length ?? before.gpuCount),
    });
  }

  async function readNim(): Promise<MetricsState['nimSource']> {
    if (nim.address === null) return 'off';
    const { signal } = closing;
    const answer = await askNim(nim.address, '/v1/metrics', { signal, timeoutMs: pace.timeoutMs });
    if (answer === null || answer.status >= 500) return 'not-answering';
    const parsed = answer.status === 200 ? parseMetrics(answer.body) : null;
    if (parsed?.hasSeries !== true) return 'none';
    const at = performance.now();
    readings = [...keptReadings(readings, at), { at, parsed }];
    return 'answering';
  }

  const position = () => ({ first: history.first(), end: history.end(), latest: history.latest() });

  function forgetRun() {
    readings = [];
    // An empty sample between two runs: a line must not lead from the one to the other.
    const latest = history.latest();
    if (latest !== null) {
      const at = new Date(now()).toISOString();
      history.add(toSample({ at, stats: null, readings: [], gpus: null }));
    }
    state.set({ ...state.get(), ...position(), nimSource: sourceOf(nim), totals: null });
  }

  function followEngine() {
    const isWanted = watchers > 0 && isUp() && !closing.signal.aborted;
    if (!isWanted) {
      stats?.end.abort();
      stats = null;
      return;
    }
    if (stats !== null) return;
    const own = { latest: null as ContainerStats | null, end: new AbortController() };
    stats = own;
    void readStats(own, nim.id);
  }

  async function readStats(own: NonNullable<typeof stats>, id: string) {
    try {
      for await (const latest of followStats(engine.docker(), id, own.end.signal)) own.latest = latest;
    } catch {
      // The engine is away or the container ended: both are seen elsewhere, and the next look asks again.
    }
    own.latest = null;
    if (stats === own) stats = null;
  }

  schedule();

  return {
    state,
    from: (number) => history.from(number),
    update(next) {
      const isNewRun = next.startedAt !== nim.startedAt;
      const isOther = next.status !== nim.status || next.address !== nim.address;
      nim = next;
      if (isNewRun) forgetRun();
      else if (isOther && !canAnswer()) state.set({ ...state.get(), nimSource: sourceOf(nim) });
      followEngine();
      if (isOther && canAnswer()) void tick();
      else if (isOther || isNewRun) schedule();
    },
    look() {
      watchers += 1;
      followEngine();
      if (isUp()) void tick();
      let isOver = false;
      return () => {
        if (isOver) return;
        isOver = true;
        watchers -= 1;
        followEngine();
        schedule();
      };
    },
    closed: closing.signal,
    close() {
      closing.abort();
      clearTimeout(timer);
      followEngine();
    },
  };
}

function sourceOf({ status, address }: Nim): MetricsState['nimSource'] {
  if (status === 'starting') return 'waiting';
  if (status === 'paused') return 'not-answering';
  return answering.has(status) && address !== null ? 'waiting' : 'off';
}
