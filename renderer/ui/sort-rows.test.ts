import { array, assert, constantFrom, property, record, string } from 'fast-check';
import { expect, test } from 'vitest';
import { sortRows } from './sort-rows.ts';

interface Row {
  name: string;
  size: number | null;
}

const columns = [
  { key: 'name', sortBy: (row: Row) => row.name },
  { key: 'size', sortBy: (row: Row) => row.size },
  { key: 'plain' },
];
const rows: Row[] = [
  { name: 'nim 10', size: 3 },
  { name: 'Nim 9', size: null },
  { name: 'alpha', size: 12 },
];
const names = (sorted: readonly Row[]) => sorted.map(({ name }) => name);

test('numbers in names count as numbers, capitals do not matter', () => {
  expect(names(sortRows(rows, columns, { key: 'name', isDescending: false }))).toEqual(['alpha', 'Nim 9', 'nim 10']);
  expect(names(sortRows(rows, columns, { key: 'name', isDescending: true }))).toEqual(['nim 10', 'Nim 9', 'alpha']);
});

test('what is not known stands last in both directions', () => {
  expect(names(sortRows(rows, columns, { key: 'size', isDescending: false }))).toEqual(['nim 10', 'alpha', 'Nim 9']);
  expect(names(sortRows(rows, columns, { key: 'size', isDescending: true }))).toEqual(['alpha', 'nim 10', 'Nim 9']);
});

test('a column that cannot be sorted, and none, leave the order as it came', () => {
  expect(sortRows(rows, columns, { key: 'plain', isDescending: true })).toBe(rows);
  expect(sortRows(rows, columns, null)).toBe(rows);
});

test('rows of equal value keep their order, and none is lost', () => {
  assert(
    property(array(record({ name: string(), size: constantFrom(1, 2, null) })), (some) => {
      const sorted = sortRows(some, columns, { key: 'size', isDescending: true });
      for (const size of [1, 2, null])
        expect(sorted.filter((row) => row.size === size)).toEqual(some.filter((row) => row.size === size));
    }),
  );
});
