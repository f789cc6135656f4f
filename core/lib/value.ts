/**
 * A state with readers: the newest wins. Each reader gets the present value first, then, whenever it asks again,
 * the newest one it has not seen; what changed in between is merged away on purpose.
 */
export interface Value<T> {
  get(): T;
  set(next: T): void;
  watch(signal: AbortSignal | undefined): AsyncGenerator<T, void, undefined>;
}

export function createValue<T>(initial: T): Value<T> {
  let current = initial;
  let version = 0;
  let waiting: PromiseWithResolvers<void> | null = null;

  return {
    get: () => current,
    set(next) {
      current = next;
      version += 1;
      waiting?.resolve();
      waiting = null;
    },
    async *watch(signal) {
      let seen = -1;
      const aborted = Promise.withResolvers<void>();
      const onAbort = () => aborted.resolve();
      signal?.addEventListener('abort', onAbort, { once: true });
      try {
        while (!signal?.aborted) {
          if (seen === version) {
            waiting ??= Promise.withResolvers<void>();
            await Promise.race([waiting.promise, aborted.promise]);
            continue;
          }
          seen = version;
          yield current;
        }
      } finally {
        signal?.removeEventListener('abort', onAbort);
      }
    },
  };
}
