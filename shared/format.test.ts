import { describe, expect, test } from 'vitest';
import { formatBytes, formatDuration, formatMemory, formatPercent } from './format.ts';

describe('formatBytes', () => {
  test.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.00 kB'],
    [9_995, '10.0 kB'],
    [99_949, '99.9 kB'],
    [99_950, '100 kB'],
    [999_499, '999 kB'],
    [999_500, '1.00 MB'],
    [10_397_285_394, '10.4 GB'],
    [2_000_000_000_000_000, '2000 TB'],
  ])('%d is %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));
});

describe('formatDuration', () => {
  test.each([
    [-1, '0 s'],
    [59.4, '59 s'],
    [60, '1 min'],
    [130, '2 min 10 s'],
    [3600, '1 h'],
    [3900, '1 h 5 min'],
    [86_399, '23 h 59 min'],
    [266_400, '3 d 2 h'],
  ])('%d is %s', (seconds, text) => expect(formatDuration(seconds)).toBe(text));
});

test('memory is in GiB, small memory in MiB', () => {
  expect(formatMemory(81_559)).toBe('79.6 GiB');
  expect(formatMemory(64)).toBe('64 MiB');
});

test('a hundred per cent is shown only when all is there', () => {
  expect(formatPercent(999, 1000)).toBe('99 %');
  expect(formatPercent(1000, 1000)).toBe('100 %');
  expect(formatPercent(0, 0)).toBe('–');
});
