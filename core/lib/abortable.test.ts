import { expect, test } from 'vitest';
import { abortable } from './abortable.ts';

test('gives what the work gives, until the signal aborts', async () => {
  const { signal } = new AbortController();
  expect(await abortable(Promise.resolve(1), signal)).toBe(1);
  await expect(abortable(Promise.reject(new Error('no')), signal)).rejects.toThrow('no');
  const leaving = new AbortController();
  const waiting = abortable(new Promise<never>(() => {}), leaving.signal);
  leaving.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' });
});

test('work that fails after everybody has left is no failure of the program', async () => {
  const failures: unknown[] = [];
  const note = (error: unknown) => failures.push(error);
  process.on('unhandledRejection', note);
  const work = Promise.withResolvers<never>();
  await expect(abortable(work.promise, AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' });
  work.reject(new Error('late'));
  // Node looks for unhandled rejections when the microtasks of a turn are through.
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', note);
  expect(failures).toEqual([]);
});
