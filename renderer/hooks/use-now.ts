import { useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | null = null;

function tick(): void {
  now = Date.now();
  for (const each of listeners) each();
}

// Nobody sees a page that is hidden count; it is right again when it is looked at.
function keepTime(): void {
  if (timer !== null) clearInterval(timer);
  timer = null;
  if (listeners.size === 0 || document.hidden) return;
  timer = setInterval(tick, 1_000);
}

function onVisibilityChange(): void {
  if (!document.hidden) tick();
  keepTime();
}

function subscribe(listener: () => void): () => void {
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
}

/** The time, once a second, from one clock for the whole page. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}

/** What is shown of the time: only when that changes is it drawn again. @param read gives a text or a number */
export function useNowAs<T extends string | number>(read: (now: number) => T): T {
  return useSyncExternalStore(subscribe, () => read(now));
}
