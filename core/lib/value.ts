/**
 * A state with readers: the newest wins. Each reader gets the present value first, then, whenever it asks again,
 * the newest one it has not seen; what changed in between is merged away on purpose.
 */
export interface Value<T> {
  get(): T;
  set(next: T): void;
  /** Ends when the signal aborts. */
  watch(signal: AbortSignal | undefined): AsyncGenerator<T, void, undefined>;
}

export function createValue<T>(initial: T): Value<T> {
  let current = initial;
  let version = 0;
  /** One entry a waiting reader; a shared promise would keep a reaction for every wait that an abort ended. */
  const wakers = new Set<() => void>();

  return {
    get: () => current,
    set(next) {
      current = next;
      version += 1;
      for (const wake of wakers) wake();
      wakers.clear();
    },
    async *watch(signal) {
      let seen = -1;
      let wake = () => {};
      const onAbort = () => wake();
      signal?.addEventListener('abort', onAbort, { once: true });
      try {
        while (!signal?.aborted) {
          if (seen === version) {
            await new Promise<void>((resolve) => {
              wake = resolve;
              wakers.add(resolve);
            });
            wakers.delete(wake);
            continue;
          }
          seen = version;
          yield current;
        }
      } finally {
        wakers.delete(wake);
        signal?.removeEventListener('abort', onAbort);
      }
    },
  };
}
