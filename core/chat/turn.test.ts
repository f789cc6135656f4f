import { expect, test } from 'vitest';
import { pauseAfter } from './turn.ts';

test.each([
  ['quick', 10, 300],
  ['slow', 120, 210],
  ['too slow for any pause', 400, 50],
])('after a save that was %s (%d ms) the next one waits %d ms', (_what, tookMs, pauseMs) => {
  expect(pauseAfter(tookMs)).toBe(pauseMs);
});
