import { expect, test } from 'vitest';
import { median } from './median.ts';

test.each([
  [[], null],
  [[null, 3], 3],
  [[4, 1, 2], 2],
  [[4, 1, 2, 3], 2.5],
  [[10, 9, 100], 10],
])('the median of %j', (values, expected) => {
  expect(median(values)).toBe(expected);
});
