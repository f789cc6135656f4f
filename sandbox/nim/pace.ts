import { setTimeout as sleep } from 'node:timers/promises';

/** A timer may fire a little early. */
const nearlyMs = 0.5;
/** How often it is looked whether a neighbour has begun or ended. */
const lookMs = 25;

/**
 * Batches of token numbers, each due at `start + ttft + n / rate`: late timers are made up for at once, so the rate
 * holds over a whole answer at any speed. A rate of 0 gives all at once.
 * @param share what others leave of the GPU, above 0 to 1: both times are those of undivided work
 */
export async function* pace(
  count: number,
  ttftMs: number,
  tokensPerSecond: number,
  signal: AbortSignal,
  share?: () => number,
): AsyncGenerator<{ from: number; to: number }, void, undefined> {
  const each = tokensPerSecond === 0 ? 0 : 1000 / tokensPerSecond;
  let worked = 0;
  let at = performance.now();
  let sent = 0;
  do {
    for (;;) {
      const now = performance.now();
      const part = share?.() ?? 1;
      worked += (now - at) * part;
      at = now;
      const missing = ttftMs + sent * each - worked;
      if (missing <= nearlyMs) break;
      await sleep(share === undefined ? missing : Math.min(missing / part, lookMs), undefined, { signal });
    }
    signal.throwIfAborted();
    const due = each === 0 ? count : Math.floor((worked + nearlyMs - ttftMs) / each) + 1;
    const to = Math.min(count, Math.max(due, sent + 1));
    yield { from: sent, to };
    sent = to;
  } while (sent < count);
}
