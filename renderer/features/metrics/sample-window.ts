import type { Api } from '../../../shared/contract/index.ts';
import type { MetricsSample, MetricsState } from '../../../shared/contract/metrics.ts';
import { type AppError, isAppError } from '../../../shared/errors.ts';
import { toAppError } from '../../hooks/read-stream.ts';

export interface SampleWindow {
  /** The same array until it changes. */
  samples: () => readonly MetricsSample[];
  failure(): AppError | null;
  /** What is newest has changed: what is missing up to it is read. */
  follow(state: MetricsState): void;
  subscribe: (listener: () => void) => () => void;
  open(): () => void;
}

const none: readonly MetricsSample[] = [];

/** The samples that core keeps of a NIM, outside of React: one is added at a time, and only what was missed is asked for. */
export function createSampleWindow(api: Api, nimId: string): SampleWindow {
  const listeners = new Set<() => void>();
  let samples = none;
  /** Number of the first one held. */
  let first = 0;
  let failure: AppError | null = null;
  let reading = false;
  let newest: MetricsState | null = null;
  let opened = new AbortController();

  const end = () => first + samples.length;

  function set(next: readonly MetricsSample[], from: number, failed: AppError | null = null) {
    samples = next;
    first = from;
    failure = failed;
    for (const listener of listeners) listener();
  }

  async function readMissing(signal: AbortSignal) {
    reading = true;
    try {
      while (newest !== null && end() < newest.end && !signal.aborted) {
        const answer = await api.metrics.read({ nimId, from: Math.max(end(), newest.first) }, { signal });
        if (signal.aborted || answer.samples.length === 0) return;
        const joins = answer.first === end();
        set(joins ? [...samples, ...answer.samples] : answer.samples, joins ? first : answer.first);
        trim();
      }
    } catch (error) {
      // A cut is what the banner shows; the next state makes this read on.
      if (signal.aborted || isAppError(error, 'DISCONNECTED')) return;
      set(samples, first, toAppError(error));
    } finally {
      reading = false;
    }
  }

  /** What core has dropped goes here, too. */
  function trim() {
    const gone = (newest?.first ?? 0) - first;
    if (gone > 0) set(samples.slice(gone), first + gone);
  }

  return {
    samples: () => samples,
    failure: () => failure,
    follow(state) {
      // Another core counts from 0 again.
      if (state.end < end()) set(none, state.first);
      if (samples.length === 0) first = Math.max(first, state.first);
      newest = state;
      if (state.end === end()) return;
      if (state.end === end() + 1 && state.latest !== null && samples.length > 0) {
        set([...samples, state.latest], first);
        trim();
      } else if (!reading) void readMissing(opened.signal);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    open() {
      const own = new AbortController();
      opened = own;
      reading = false;
      if (newest !== null) void readMissing(own.signal);
      return () => own.abort();
    },
  };
}
