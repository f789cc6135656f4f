import { expect, test } from 'vitest';
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

test('for as long as one page presents, and a moment longer', async () => {
  const presenting = createPresenting(20);
  expect(await now(presenting)).toBe(false);
  const endFirst = present(presenting);
  const endSecond = present(presenting);
  expect(await now(presenting)).toBe(true);
  await endFirst();
  expect(await now(presenting)).toBe(true);
  await endSecond();
  // It may be loading itself again.
  expect(await now(presenting)).toBe(true);
  await expect.poll(() => now(presenting)).toBe(false);
});

test('a page that comes back within that moment has never been away', async () => {
  const presenting = createPresenting(30);
  const seen: boolean[] = [];
  const watching = new AbortController();
  const watched = (async () => {
    for await (const { isPresenting } of presenting.watchPresenting({}, { signal: watching.signal }))
      seen.push(isPresenting);
  })();
  await expect.poll(() => seen).toEqual([false]);
  await present(presenting)();
  const end = present(presenting);
  await end();
  await expect.poll(() => seen).toEqual([false, true, false]);
  watching.abort();
  await watched;
});
