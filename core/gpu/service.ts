import { setTimeout as delay } from 'node:timers/promises';
import type { GpuReport } from '../../shared/contract/gpu.ts';
import type { Api } from '../../shared/contract/index.ts';
import type { CoreDeps } from '../deps.ts';
import type { EngineService } from '../engine/service.ts';
import { abortable } from '../lib/abortable.ts';
import { type Attention, createAttention, type LookPace } from '../lib/attention.ts';
import { hasMoved } from './moves.ts';
import type { SmiProcess } from './parse-processes.ts';
import type { SavedGpuInstance } from './saved-output.ts';
import { createSmi } from './smi.ts';

export interface GpuService {
  api: Pick<Api['gpu'], 'watch' | 'read'>;
  /** Who was in the GPUs' memory in this reading. */
  processesOf(report: GpuReport): readonly SmiProcess[];
  /** As `watch`, for as long as the signal lasts, with at most so long between the starts of two readings; it is nobody's look. */
  follow(atMost: LookPace, signal: AbortSignal): AsyncIterable<GpuReport>;
  /** Where the MIG slices of all GPUs lie; null where the driver does not say. */
  migInstances(signal: AbortSignal): Promise<SavedGpuInstance[] | null>;
  /** Every reading, whoever asked for it. */
  onReport(listener: (report: GpuReport) => void): () => void;
  close(): Promise<void>;
}

export interface GpuPace {
  /** From the start of one reading to the start of the next, while something moves. */
  intervalMs: number;
  /** The same while somebody looks closely, whether something moves or not. */
  closeMs: number;
  /** Where nothing moves, so many intervals: a reading is up to three programs and a long report. */
  calmIntervals: number;
  /** So many intervals must pass without a move before it is calm. */
  restlessIntervals: number;
}

const usualPace: GpuPace = { intervalMs: 2_000, closeMs: 1_000, calmIntervals: 5, restlessIntervals: 10 };

/** Where nobody waits; who comes then has it sooner. */
const longestMs = 60_000;

/** A reading that took longer than the interval still leaves the driver this much peace. */
const shortestPauseMs = 500;

/**
 * @param engine what starts and ends there moves what is in a GPU's memory soon
 * @param attention whether somebody looks; `watch` is a look
 */
export function createGpuService(
  deps: CoreDeps,
  {
    engine,
    attention = createAttention(),
    ...pace
  }: Partial<GpuPace> & { engine?: Pick<EngineService, 'onEvent'>; attention?: Attention } = {},
): GpuService {
  const { intervalMs, closeMs, calmIntervals, restlessIntervals } = { ...usualPace, ...pace };
  const smi = createSmi(deps);
  const closing = new AbortController();
  let underWay: Promise<GpuReport> | null = null;
  let upcoming: Promise<GpuReport> | null = null;
  let latest: GpuReport | null = null;
  let startedAt = 0;
  let dueAt = 0;
  let calmFrom = 0;
  let watchers = 0;
  /** How long each watcher waits for a reading at most, as things are. */
  const limits: (() => number)[] = [];
  /** The limits of those that look, who are shown what is read. */
  const lookLimits: number[] = [];
  const reportListeners = new Set<(report: GpuReport) => void>();
  let nap = new AbortController();
  let pause = new AbortController();

  /** One process at a time, however many ask. */
  function readShared(): Promise<GpuReport> {
    underWay ??= readOnce().finally(() => {
      underWay = null;
    });
    return underWay;
  }

  async function readOnce(): Promise<GpuReport> {
    startedAt = performance.now();
    const report = await smi.read(closing.signal);
    if (hasMoved(latest, report)) calmFrom = performance.now() + restlessIntervals * intervalMs;
    latest = report;
    setDue();
    for (const listener of reportListeners) listener(report);
    return report;
  }

  function setDue() {
    const usual = usualMs();
    // Who says how often it must be has no use for more.
    const waits = limits.map((limit) => limit());
    const interval = Math.min(...waits.map((wait) => (Number.isFinite(wait) ? wait : usual)), longestMs);
    dueAt = Math.max(startedAt + interval, performance.now() + Math.min(shortestPauseMs, intervalMs));
  }

  const usualMs = () => (performance.now() < calmFrom ? intervalMs : calmIntervals * intervalMs);

  /** Something happens that the next readings will show. */
  function wake(): void {
    calmFrom = performance.now() + restlessIntervals * intervalMs;
    hasten();
  }

  function hasten(): void {
    if (dueAt === 0) return;
    setDue();
    nap.abort();
  }

  /** The reading that all watchers wait for. */
  function readWhenDue(): Promise<GpuReport> {
    if (upcoming !== null) return upcoming;
    const reading = waitAndRead(pause.signal).finally(() => {
      if (upcoming === reading) upcoming = null;
    });
    upcoming = reading;
    // Every watcher may have left before it ends; then there is nobody to tell.
    reading.catch(() => {});
    return reading;
  }

  async function waitAndRead(signal: AbortSignal): Promise<GpuReport> {
    for (let rest = dueAt - performance.now(); rest > 0; rest = dueAt - performance.now()) {
      const own = (nap = new AbortController());
      try {
        await delay(rest, undefined, { signal: AbortSignal.any([signal, own.signal]) });
      } catch (error) {
        // Woken: it may be due earlier now.
        if (signal.aborted || !own.signal.aborted) throw error;
      }
    }
    return readShared();
  }

  /** With the last watcher the reading ends, so that a laptop's GPU can sleep; the next one must not see how it was hours ago. */
  function leave(limit: () => number): void {
    watchers -= 1;
    limits.splice(limits.indexOf(limit), 1);
    if (watchers > 0) return;
    pause.abort();
    pause = new AbortController();
    upcoming = null;
    latest = null;
    dueAt = 0;
  }

  async function* watch(limit: () => number, signal: AbortSignal | undefined): AsyncGenerator<GpuReport> {
    const ends = signal === undefined ? closing.signal : AbortSignal.any([signal, closing.signal]);
    watchers += 1;
    limits.push(limit);
    hasten();
    try {
      if (latest !== null && !ends.aborted) yield latest;
      while (!ends.aborted) yield await abortable(readWhenDue(), ends);
    } catch (error) {
      if (!ends.aborted) throw error;
    } finally {
      leave(limit);
    }
  }

  /**
   * Where nothing moves, only what is read for those that look: a page draws anew how warm the GPUs are, and the readings
   * between are for those that follow.
   */
  async function* look(limitMs: number, signal: AbortSignal | undefined): AsyncGenerator<GpuReport> {
    const end = attention.begin();
    lookLimits.push(limitMs);
    let shownAt = Number.NEGATIVE_INFINITY;
    try {
      for await (const report of watch(() => limitMs, signal)) {
        // Timers may be early by less than a millisecond.
        if (startedAt + 1 - shownAt < Math.min(usualMs(), ...lookLimits)) continue;
        shownAt = startedAt;
        yield report;
      }
    } finally {
      lookLimits.splice(lookLimits.indexOf(limitMs), 1);
      end();
    }
  }

  const stopWaiting = attention.onCome(hasten);
  const stopHearing = engine?.onEvent(({ type, action }) => {
    if (type === 'container' && (action === 'start' || action === 'die')) wake();
  });

  return {
    api: {
      watch: ({ isClose = false }, { signal } = {}) => look(isClose ? closeMs : Number.POSITIVE_INFINITY, signal),
      read: (_input, { signal } = {}) => abortable(readShared(), signal),
    },
    processesOf: (report) => smi.processesOf(report),
    follow: ({ watchedMs, unwatchedMs }, signal) => watch(() => (attention.isHere() ? watchedMs : unwatchedMs), signal),
    migInstances: (signal) => smi.migInstances(AbortSignal.any([signal, closing.signal])),
    onReport(listener) {
      reportListeners.add(listener);
      return () => void reportListeners.delete(listener);
    },
    async close() {
      stopHearing?.();
      stopWaiting();
      closing.abort();
      pause.abort();
      await Promise.allSettled([underWay]);
    },
  };
}
