import { setTimeout as delay } from 'node:timers/promises';

/** Milliseconds between two looks at what changes by itself: while somebody wants to see it, and while nobody does. */
export interface LookPace {
  watchedMs: number;
  unwatchedMs: number;
}

/** Whether somebody looks. Every look costs: processor time here, and with NIMs a line in their logs. */
export interface Attention {
  /** Somebody looks, until the returned function is called. */
  begin(): () => void;
  isHere(): boolean;
  onCome(listener: () => void): () => void;
  /**
   * Ends at a moment that all pauses of this length share, after at most a tenth more than it: to wake up once for many
   * looks costs less than once for each. Whoever comes finds out at once, where the last look is older than `watchedMs`.
   * Rejects when the signal aborts.
   */
  pause(pace: LookPace, signal: AbortSignal): Promise<void>;
}

export function createAttention(): Attention {
  const listeners = new Set<() => void>();
  let lookers = 0;

  const attention: Attention = {
    begin() {
      lookers += 1;
      if (lookers === 1) for (const listener of listeners) listener();
      let isOver = false;
      return () => {
        if (!isOver) lookers -= 1;
        isOver = true;
      };
    },
    isHere: () => lookers > 0,
    onCome(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async pause({ watchedMs, unwatchedMs }, signal) {
      const began = performance.now();
      let restMs = untilNext(watchedMs);
      if (lookers === 0) {
        await untilSomebodyComes(untilNext(unwatchedMs), signal);
        restMs = lookers === 0 ? 0 : watchedMs - (performance.now() - began);
      }
      if (restMs > 0) await delay(restMs, undefined, { signal, ref: false });
    },
  };

  async function untilSomebodyComes(mostMs: number, signal: AbortSignal): Promise<void> {
    const coming = new AbortController();
    const stop = attention.onCome(() => coming.abort());
    try {
      await delay(mostMs, undefined, { signal: AbortSignal.any([signal, coming.signal]), ref: false });
    } catch (error) {
      if (signal.aborted) throw error;
    } finally {
      stop();
    }
  }

  return attention;
}

/** A timer may be early by less than a millisecond: that moment is over. */
function untilNext(ms: number): number {
  const rest = ms - (performance.now() % ms);
  return rest < ms / 10 ? rest + ms : rest;
}
