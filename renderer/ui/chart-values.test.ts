import { expect, test } from 'vitest';
import { chartTable, lastValue, lonely } from './chart-values.ts';
import { topOf } from './draw-plot.ts';

test('the current value is the newest one, and none where that is not known', () => {
  expect(lastValue([1, 2])).toBe(2);
  expect(lastValue([1, null])).toBeNull();
  expect(lastValue([])).toBeNull();
});

test('the table begins with the newest, stays short, and keeps each value at its time', () => {
  const times = Array.from({ length: 1000 }, (_, index) => index);
  const rows = chartTable(times, [{ values: times.map((time) => time * 2) }, { values: [] }]);
  expect(rows.length).toBeLessThanOrEqual(60);
  expect(rows[0]).toEqual({ time: 999, values: [1998, null] });
  for (const { time, values } of rows) expect(values[0]).toBe(time * 2);
  expect(chartTable([], [])).toEqual([]);
});

test('an axis of nothing but zeros still has a height', () => {
  expect(topOf(0)).toBe(1);
  expect(topOf(null)).toBe(1);
  expect(topOf(10)).toBeGreaterThan(10);
});

test('a value between two unknown ones is drawn as a point, since no line shows it', () => {
  expect(lonely([null, 5, null, 1, 2, null, 0])).toEqual([1, 6]);
  expect(lonely([7])).toEqual([0]);
  expect(lonely([1, 2, null, undefined])).toEqual([]);
});
