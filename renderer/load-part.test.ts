import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { loadPart } from './load-part.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const failing = (times: number) => {
  let tries = 0;
  return vi.fn(async () => {
    tries += 1;
    if (tries <= times) throw new TypeError(`lost ${tries}`);
    return 'here';
  });
};

test('what is there at once is asked for once', async () => {
  const load = failing(0);
  expect(await loadPart(load)).toBe('here');
  expect(load).toHaveBeenCalledTimes(1);
});

test('what is lost on its way is asked for again, with a pause', async () => {
  const load = failing(2);
  const loading = loadPart(load);
  await vi.advanceTimersByTimeAsync(0);
  expect(load).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await loading).toBe('here');
  expect(load).toHaveBeenCalledTimes(3);
});

test('what cannot be had is given up within some seconds, with the reason', async () => {
  const load = failing(Infinity);
  const loading = loadPart(load);
  const refused = expect(loading).rejects.toThrow(/^lost \d+$/);
  await vi.advanceTimersByTimeAsync(5_000);
  await refused;
});
