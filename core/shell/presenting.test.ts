import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createPresenting } from './presenting.ts';

type Presenting = ReturnType<typeof createPresenting>;

/** A page that presents until it is ended. */
function present(presenting: Presenting) {
  const page = new AbortController();
  const ended = (async () => {
    for await (const _ of presenting.present({}, { signal: page.signal }));
  })();
  return async () => {
    page.abort();
    await ended;
  };
}

async function now(presenting: Presenting): Promise<boolean | undefined> {
  for await (const { isPresenting } of presenting.watchPresenting({})) return isPresenting;
  return undefined;
}

const graceMs = 5_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('for as long as one page presents, and a moment longer', async () => {
  const presenting = createPresenting(graceMs);
  expect(await now(presenting)).toBe(false);
  const endFirst = present(presenting);
  const endSecond = present(presenting);
  expect(await now(presenting)).toBe(true);
  await endFirst();
  await vi.advanceTimersByTimeAsync(graceMs * 2);
  expect(await now(presenting), 'the other one presents on').toBe(true);
  await endSecond();
  // It may be loading itself again.
  await vi.advanceTimersByTimeAsync(graceMs - 1);
  expect(await now(presenting)).toBe(true);
  await vi.advanceTimersByTimeAsync(1);
  expect(await now(presenting)).toBe(false);
});

test('a page that comes back within that moment has never been away', async () => {
  const presenting = createPresenting(graceMs);
  const seen: boolean[] = [];
  const watching = new AbortController();
  const watched = (async () => {
    for await (const { isPresenting } of presenting.watchPresenting({}, { signal: watching.signal }))
      seen.push(isPresenting);
  })();
  await vi.advanceTimersByTimeAsync(0);
  await present(presenting)();
  await vi.advanceTimersByTimeAsync(graceMs - 1);
  const end = present(presenting);
  await vi.advanceTimersByTimeAsync(graceMs * 2);
  expect(seen).toEqual([false, true]);
  await end();
  await vi.advanceTimersByTimeAsync(graceMs);
  expect(seen).toEqual([false, true, false]);
  watching.abort();
  await watched;
});
