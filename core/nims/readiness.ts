import { setTimeout as delay } from 'node:timers/promises';
import { isAppError } from '../../shared/errors.ts';
import { askNim } from '../lib/ask-nim.ts';
import type { Attention } from '../lib/attention.ts';

export interface ReadinessPace {
  /** While it starts: a person is watching. */
  startingMs: number;
  /** After two minutes of it: each question is a line in the NIM's log. */
  longStartMs: number;
  readyMs: number;
  /** The same while nobody looks at anything that changes by itself. */
  readyUnwatchedMs: number;
  /** After an answer failed that had been fine, once, before the NIM is called lost. */
  confirmMs: number;
  lostMs: number;
  timeoutMs: number;
}

export const usualPace: ReadinessPace = {
  startingMs: 1_000,
  longStartMs: 3_000,
  readyMs: 5_000,
  readyUnwatchedMs: 30_000,
  confirmMs: 1_000,
  lostMs: 2_000,
  timeoutMs: 5_000,
};

const longStartAfterMs = 120_000;

export interface ReadinessParts {
  onAnswer: (readiness: Readiness) => void;
  onDoubt: () => Promise<unknown>;
  attention: Attention;
}

export type Readiness = 'waiting' | 'ready' | 'lost';

/**
 * Asks `/v1/health/ready` until the signal aborts. Only the status counts, 200 is ready: bodies have three shapes, and
 * while a 2.x NIM loads its proxy answers 502 with a page (nim-runtime facts 4.1). `onAnswer` hears every answer;
 * `onDoubt` is asked before one that was ready is called lost: a container that has ended is not.
 * @param first what it was when it was asked last
 */
export async function watchReadiness(
  address: string,
  { onAnswer, onDoubt, attention }: ReadinessParts,
  signal: AbortSignal,
  pace: ReadinessPace = usualPace,
  first: Readiness = 'waiting',
): Promise<void> {
  const began = performance.now();
  let readiness = first;
  try {
    while (!signal.aborted) {
      let isReady = await isReadyNow(address, signal, pace);
      if (!isReady && readiness === 'ready') {
        await delay(pace.confirmMs, undefined, { signal });
        isReady = await isReadyNow(address, signal, pace);
        if (!isReady) await onDoubt();
        if (signal.aborted) return;
      }
      readiness = isReady ? 'ready' : readiness === 'waiting' ? 'waiting' : 'lost';
      onAnswer(readiness);
      if (readiness === 'ready') {
        await attention.pause({ watchedMs: pace.readyMs, unwatchedMs: pace.readyUnwatchedMs }, signal);
        continue;
      }
      const starting = performance.now() - began < longStartAfterMs ? pace.startingMs : pace.longStartMs;
      await delay(readiness === 'lost' ? pace.lostMs : starting, undefined, { signal });
    }
  } catch (error) {
    // The run is over or core closes: the one way in which this ends.
    if (!signal.aborted && !isAppError(error, 'CANCELLED')) throw error;
  }
}

async function isReadyNow(address: string, signal: AbortSignal, { timeoutMs }: ReadinessPace): Promise<boolean> {
  const answer = await askNim(address, '/v1/health/ready', { signal, timeoutMs });
  return answer?.status === 200;
}
