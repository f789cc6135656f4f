import { setTimeout as delay } from 'node:timers/promises';
import type { GpuReport } from '../../shared/contract/gpu.ts';
import type { Api } from '../../shared/contract/index.ts';
import type { CoreDeps } from '../deps.ts';
import { abortable } from '../lib/abortable.ts';
import { createSmi } from './smi.ts';

export interface GpuService {
  api: Api['gpu'];
  close(): Promise<void>;
}

/** From the start of one reading to the start of the next. */
const defaultIntervalMs = 2000;
/** A reading that took longer than the interval still leaves the driver this much peace. */
const shortestPauseMs = 500;

export function createGpuService(deps: CoreDeps, { intervalMs = defaultIntervalMs } = {}): GpuService {
  const smi = createSmi(deps);
  const closing = new AbortController();
  let underWay: Promise<GpuReport> | null = null;
  let upcoming: Promise<GpuReport> | null = null;
  let latest: GpuReport | null = null;
  let dueAt = 0;
  let watchers = 0;
  let pause = new AbortController();

  /** One process at a time, however many ask. */
  function readShared(): Promise<GpuReport> {
    underWay ??= readOnce().finally(() => {
      underWay = null;
    });
    return underWay;
  }

  async function readOnce(): Promise<GpuReport> {
    const startedAt = performance.now();
    latest = await smi.read(closing.signal);
    dueAt = Math.max(startedAt + intervalMs, performance.now() + Math.min(shortestPauseMs, intervalMs));
    return latest;
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
    await delay(Math.max(0, dueAt - performance.now()), undefined, { signal });
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
    async close() {
      closing.abort();
      pause.abort();
      await Promise.allSettled([underWay]);
    },
  };
}
