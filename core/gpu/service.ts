import { setTimeout as delay } from 'node:timers/promises';
import type { GpuReport } from '../../shared/contract/gpu.ts';
import type { Api } from '../../shared/contract/index.ts';
import type { CoreDeps } from '../deps.ts';
import type { EngineService } from '../engine/service.ts';
import { abortable } from '../lib/abortable.ts';
import { hasMoved } from './moves.ts';
import type { SmiProcess } from './parse-processes.ts';
import { createSmi } from './smi.ts';

export interface GpuService {
  api: Omit<Api['gpu'], 'holders'>;
  /** What computes on the GPUs now. */
  processes(signal: AbortSignal): Promise<SmiProcess[]>;
  close(): Promise<void>;
}

export interface GpuPace {
  /** From the start of one reading to the start of the next, while something moves. */
  intervalMs: number;
  /** Where nothing moves, so many intervals: a reading is three programs and a long report. */
  calmIntervals: number;
  /** So many intervals must pass without a move before it is calm. */
  restlessIntervals: number;
}

const usualPace: GpuPace = { intervalMs: 2_000, calmIntervals: 5, restlessIntervals: 10 };

/** A reading that took longer than the interval still leaves the driver this much peace. */
const shortestPauseMs = 500;

/** @param engine what starts and ends there moves what is in a GPU's memory soon */
export function createGpuService(
  deps: CoreDeps,
  { engine, ...pace }: Partial<GpuPace> & { engine?: Pick<EngineService, 'onEvent'> } = {},
): GpuService {
  const { intervalMs, calmIntervals, restlessIntervals } = { ...usualPace, ...pace };
  const smi = createSmi(deps);
  const closing = new AbortController();
  let underWay: Promise<GpuReport> | null = null;
  let upcoming: Promise<GpuReport> | null = null;
  let latest: GpuReport | null = null;
  let startedAt = 0;
  let dueAt = 0;
  let calmFrom = 0;
  let watchers = 0;
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
    return report;
  }

  function setDue() {
    const now = performance.now();
    const interval = now < calmFrom ? intervalMs : calmIntervals * intervalMs;
    dueAt = Math.max(startedAt + interval, now + Math.min(shortestPauseMs, intervalMs));
  }

  /** Something happens that the next readings will show. */
  function wake(): void {
    calmFrom = performance.now() + restlessIntervals * intervalMs;
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
  function leave(): void {
    watchers -= 1;
    if (watchers > 0) return;
    pause.abort();
    pause = new AbortController();
    upcoming = null;
    latest = null;
    dueAt = 0;
  }

  const stopHearing = engine?.onEvent(({ type, action }) => {
    if (type === 'container' && (action === 'start' || action === 'die')) wake();
  });

  return {
    api: {
      async *watch(_input, { signal } = {}) {
        const ends = signal === undefined ? closing.signal : AbortSignal.any([signal, closing.signal]);
        watchers += 1;
        try {
          if (latest !== null && !ends.aborted) yield latest;
          while (!ends.aborted) yield await abortable(readWhenDue(), ends);
        } catch (error) {
          if (!ends.aborted) throw error;
        } finally {
          leave();
        }
      },
      read: (_input, { signal } = {}) => abortable(readShared(), signal),
    },
    processes: (signal) => smi.processes(AbortSignal.any([signal, closing.signal])),
    async close() {
      stopHearing?.();
      closing.abort();
      pause.abort();
      await Promise.allSettled([underWay]);
    },
  };
}
