import { describe, expect, test } from 'vitest';
import { cosine, lengthsOf, linesOf, nearestTo } from './cosine.ts';

describe('cosine', () => {
  test.each([
    ['the same direction, another length', [1, 2], [2, 4], 1],
    ['the opposite', [1, 2], [-1, -2], -1],
    ['a right angle', [1, 0], [0, 3], 0],
    ['60 degrees', [1, 0], [1, Math.sqrt(3)], 0.5],
  ])('%s', (_what, one, other, expected) => {
    expect(cosine(one, other)).toBeCloseTo(expected, 12);
  });

  test('is never beyond 1, and not known of a vector without direction', () => {
    const odd = [0.1, 0.2, 0.3, 1e-9];
    expect(cosine(odd, odd)).toBeLessThanOrEqual(1);
    expect(cosine([0, 0], [1, 0])).toBeNull();
  });
});

test('nearest first, without the text itself and without what has no direction', () => {
  const all = [
    [1, 0],
    [0, 1],
    [0.9, 0.1],
    [0, 0],
  ];
  expect(nearestTo([1, 0], all, 0).map(({ index }) => index)).toEqual([2, 1]);
  expect(nearestTo([1, 0], all, null).map(({ index }) => index)).toEqual([0, 2, 1]);
});

test('lines that say something', () => {
  expect(linesOf(' one \n\n  \ntwo\r\n')).toEqual(['one', 'two']);
});

test('the shortest and the longest', () => {
  expect(
    lengthsOf([
      [3, 4],
      [1, 0],
    ]),
  ).toEqual({ from: 1, to: 5 });
});
