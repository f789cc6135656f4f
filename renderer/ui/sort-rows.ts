export interface Sorting {
  key: string;
  isDescending: boolean;
}

interface Sortable<Row> {
  key: string;
  sortBy?: (row: Row) => string | number | null;
}

const inWords = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** Rows as they came where nothing is sorted; what is not known stands last in both directions. */
export function sortRows<Row>(
  rows: readonly Row[],
  columns: readonly Sortable<Row>[],
  sorting: Sorting | null,
): readonly Row[] {
  const sortBy = columns.find((column) => column.key === sorting?.key)?.sortBy;
  if (sorting === null || sortBy === undefined) return rows;
  const direction = sorting.isDescending ? -1 : 1;
  return rows.toSorted((one, other) => {
    const [a, b] = [sortBy(one), sortBy(other)];
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    if (typeof a === 'number' && typeof b === 'number') return direction * (a - b);
    return direction * inWords.compare(String(a), String(b));
  });
}
