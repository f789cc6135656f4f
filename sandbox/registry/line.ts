import { setTimeout as sleep } from 'node:timers/promises';
import type { Behaviour } from './behaviour.ts';

export class LineDied extends Error {}

/** The one line that all blobs are sent over: its rate, and where it stalls or breaks. */
export interface Line {
  /** How many of the wanted bytes may go now; waits for the rate and while the line is stalled. */
  take(wanted: number, signal: AbortSignal): Promise<number>;
  /** Takes over what of the change is its own. */
  change(change: Partial<Behaviour>): void;
  isStalled(): boolean;
}

/** A slice of time short enough to look like a steady flow. */
const sliceSeconds = 0.02;

export function createLine(initial: Behaviour, onDied: () => void): Line {
  let rate = initial.bytesPerSecond;
  let sent = 0;
  let stallAt = initial.stallAfterBytes ?? Infinity;
  let dieAt = initial.dieAfterBytes ?? Infinity;
  let freeAt = 0;
  let waiting = 0;
  let changed = Promise.withResolvers<void>();

  const untilChange = async (signal: AbortSignal) => {
    const aborted = Promise.withResolvers<never>();
    const onAbort = () => aborted.reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    waiting += 1;
    try {
      await Promise.race([changed.promise, aborted.promise]);
    } finally {
      waiting -= 1;
      signal.removeEventListener('abort', onAbort);
    }
  };

  return {
    async take(wanted, signal) {
      for (;;) {
        signal.throwIfAborted();
        if (sent >= dieAt) {
          dieAt = Infinity;
          onDied();
          throw new LineDied();
        }
        if (sent < stallAt) break;
        await untilChange(signal);
      }
      const slice = rate === null ? Infinity : Math.max(1, Math.floor(rate * sliceSeconds));
      const granted = Math.min(wanted, slice, stallAt - sent, dieAt - sent);
      sent += granted;
      if (rate === null) return granted;
      const now = performance.now();
      const at = Math.max(now, freeAt);
      freeAt = at + (granted * 1000) / rate;
      if (at > now) await sleep(at - now, undefined, { signal });
      return granted;
    },
    change(change) {
      if (change.bytesPerSecond !== undefined) {
        rate = change.bytesPerSecond;
        freeAt = 0;
      }
      if (change.stallAfterBytes !== undefined) stallAt = sent + (change.stallAfterBytes ?? Infinity);
      if (change.dieAfterBytes !== undefined) dieAt = sent + (change.dieAfterBytes ?? Infinity);
      changed.resolve();
      changed = Promise.withResolvers();
    },
    isStalled: () => waiting > 0,
  };
}
