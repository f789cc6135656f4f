/**
 * Lets a fast source and a slow reader live together: what the reader has not taken yet is merged into one item, so
 * memory stays at one item and `merge` decides what may be lost (the newer of two states: the older one; joined text: nothing).
 *
 * Why this exists beside Value: a Value is a state that its owner sets and any number of readers look at when they
 * want, so it needs no reader to run and can only keep the newest. Here a sequence is pulled for one reader, has an end
 * and failures, and chooses what to keep.
 *
 * The source must take the same signal; when the reader leaves, it is told, but not waited for.
 */
export async function* conflate<T>(
  source: AsyncIterable<T>,
  merge: (older: T, newer: T) => T,
  signal?: AbortSignal,
): AsyncGenerator<T, void, undefined> {
  if (signal?.aborted) return;
  const iterator = source[Symbol.asyncIterator]();
  /** At most one. */
  const slot: T[] = [];
  const failures: unknown[] = [];
  let isEnded = false;
  let isLeft = false;
  let wait = Promise.withResolvers<void>();

  const pull = async () => {
    try {
      for (let step = await iterator.next(); !step.done && !isLeft; step = await iterator.next()) {
        slot[0] = slot.length === 0 ? step.value : merge(slot[0]!, step.value);
        wait.resolve();
      }
    } catch (error) {
      failures.push(error);
    }
    isEnded = true;
    wait.resolve();
  };
  const onAbort = () => wait.resolve();
  signal?.addEventListener('abort', onAbort, { once: true });
  void pull();

  try {
    while (!signal?.aborted) {
      if (slot.length > 0) yield* slot.splice(0);
      else if (failures.length > 0) throw failures[0];
      else if (isEnded) return;
      else {
        await wait.promise;
        wait = Promise.withResolvers<void>();
      }
    }
  } finally {
    isLeft = true;
    signal?.removeEventListener('abort', onAbort);
    // Not awaited: a source in the middle of a wait answers only after it. Its failure has no reader any more.
    if (!isEnded) iterator.return?.(undefined).catch(() => {});
  }
}
