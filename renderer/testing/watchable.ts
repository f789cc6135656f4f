/** A state that a fake serves: what was set last, to however many readers. Undefined: nothing has come yet. */
export interface Watchable<T> {
  get(): T | undefined;
  set(next: T): void;
  /** Every reader's stream fails with this; they may ask again. */
  fail(error: Error): void;
  watch(signal: AbortSignal | undefined): AsyncGenerator<T, void, undefined>;
  /** How many read now. */
  readers(): number;
}

export function watchable<T>(initial?: T): Watchable<T> {
  let current = initial;
  let version = 0;
  let failure: Error | null = null;
  let readers = 0;
  const wakeUps = new Set<() => void>();
  const wake = () => {
    for (const wakeUp of wakeUps) wakeUp();
  };
  return {
    get: () => current,
    readers: () => readers,
    set(next) {
      current = next;
      version += 1;
      failure = null;
      wake();
    },
    fail(error) {
      failure = error;
      wake();
    },
    async *watch(signal) {
      let seen = -1;
      readers += 1;
      try {
        while (signal?.aborted !== true) {
          if (failure !== null) throw failure;
          if (current !== undefined && seen !== version) {
            seen = version;
            yield current;
            continue;
          }
          await new Promise<void>((resolve) => {
            const wakeUp = () => {
              wakeUps.delete(wakeUp);
              resolve();
            };
            wakeUps.add(wakeUp);
            signal?.addEventListener('abort', wakeUp, { once: true });
          });
        }
      } finally {
        readers -= 1;
      }
    },
  };
}

/** The same as another one, said differently. @param map is also told the how many-eth item it is */
export function mapped<T, U>(source: Watchable<T>, map: (item: T, index: number) => U): Watchable<U> {
  return {
    get: () => {
      const item = source.get();
      return item === undefined ? undefined : map(item, 0);
    },
    set: () => {
      throw new Error('Set what it is made of.');
    },
    fail: (error) => source.fail(error),
    readers: () => source.readers(),
    async *watch(signal) {
      let index = 0;
      for await (const item of source.watch(signal)) yield map(item, index++);
    },
  };
}
