import { expect, test } from 'vitest';
import { words } from '../../words.ts';

test.each([
  [['b-2'], 'Its image stays: b-2 needs it.', 'Its model stays: b-2 needs it.'],
  [['b', 'c'], 'Its image stays: b and c need it.', 'Its model stays: b and c need it.'],
])('of %j the question speaks as of so many', (names, image, cache) => {
  expect(words.running.removeImageUsed(names)).toBe(image);
  expect(words.running.removeCacheUsed(names)).toBe(cache);
});
