import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Batches of token numbers, each due at `start + ttft + n / rate`: late timers are made up for at once, so the rate
 * holds over a whole answer at any speed. A rate of 0 gives all at once.
 */
export async function* pace(
  count: number,
  ttftMs: number,
  tokensPerSecond: number,
  signal: AbortSignal,
): AsyncGenerator<{ from: number; to: number }, void, undefined> {
  const first = performance.now() + ttftMs;
  let sent = 0;
  do {
    const dueAt = tokensPerSecond === 0 ? first : first + (sent * 1000) / tokensPerSecond;
    const waitMs = dueAt - performance.now();
    if (waitMs > 0) await sleep(waitMs, undefined, { signal });
    signal.throwIfAborted();
    const elapsed = performance.now() - first;
    const due = tokensPerSecond === 0 ? count : Math.floor((elapsed / 1000) * tokensPerSecond) + 1;
    const to = Math.min(count, Math.max(due, sent + 1));
    yield { from: sent, to };
    sent = to;
  } while (sent < count);
}
