import { useSyncExternalStore } from 'react';

interface Clock {
  subscribe: (listener: () => void) => () => void;
  now: () => number;
}

/** One timer for whoever looks at it; none while nobody does, or nobody sees the page. */
function createClock(everyMs: number): Clock {
  const listeners = new Set<() => void>();
  let now = Date.now();
  let timer: ReturnType<typeof setInterval> | null = null;

  const tick = () => {
    now = Date.now();
    for (const each of listeners) each();
  };
  // Nobody sees a page that is hidden count; it is right again when it is looked at.
  const keepTime = () => {
    if (timer !== null) clearInterval(timer);
    timer = null;
    if (listeners.size === 0 || document.hidden) return;
    timer = setInterval(tick, everyMs);
  };
  const onVisibilityChange = () => {
    if (!document.hidden) tick();
    keepTime();
  };

  return {
    subscribe(listener) {
      if (listeners.size === 0) document.addEventListener('visibilitychange', onVisibilityChange);
      listeners.add(listener);
      now = Date.now();
      if (timer === null) keepTime();
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        document.removeEventListener('visibilitychange', onVisibilityChange);
        keepTime();
      };
    },
    now: () => now,
  };
}

/** `minutes`: for what is said in minutes, right within ten seconds. A page that only waits wakes up no more than that. */
const clocks = { seconds: createClock(1_000), minutes: createClock(10_000) };

/** The time, once a second, from one clock for the whole page. */
export function useNow(): number {
  return useSyncExternalStore(clocks.seconds.subscribe, clocks.seconds.now);
}

/** What is shown of the time: only when that changes is it drawn again. @param read gives a text or a number */
export function useNowAs<T extends string | number>(
  read: (now: number) => T,
  pace: keyof typeof clocks = 'seconds',
): T {
  const { subscribe, now } = clocks[pace];
  return useSyncExternalStore(subscribe, () => read(now()));
}
