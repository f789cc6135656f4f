import ArrowDown from 'lucide-react/icons/arrow-down';
import ArrowUp from 'lucide-react/icons/arrow-up';
import ChevronsUpDown from 'lucide-react/icons/chevrons-up-down';
import { useState, type ReactNode } from 'react';
import { words } from '../words.ts';
import { cx } from './cx.ts';
import { Skeleton } from './skeleton.tsx';
import { sortRows, type Sorting } from './sort-rows.ts';

export interface Column<Row> {
  key: string;
  label: string;
  cell: (row: Row) => ReactNode;
  /** Numbers stand at the end. */
  align?: 'start' | 'end';
  /** Its cell names the row for screen readers. One column has it. */
  isRowHeader?: boolean;
  /** Makes the column sortable; null comes last in both directions. */
  sortBy?: (row: Row) => string | number | null;
  /** As narrow as its longest cell. */
  isTight?: boolean;
  /** Left out while the table is narrow. */
  isOptional?: boolean;
}

interface TableProps<Row> {
  /** What the table holds; shown to screen readers only. */
  caption: string;
  columns: readonly Column<Row>[];
  /** Undefined: still to come, so skeletons of `pendingRows` rows stand there. */
  rows: readonly Row[] | undefined;
  keyOf: (row: Row) => string;
  pendingRows?: number;
  initialSorting?: Sorting;
  /** In place of the rows when there are none. */
  empty?: ReactNode;
  isDense?: boolean;
}

/** A table that scrolls sideways inside of itself, with a head that stays. */
export function Table<Row>(props: TableProps<Row>) {
  const { caption, columns, rows, keyOf, pendingRows = 4, initialSorting, empty, isDense = false } = props;
  const [sorting, setSorting] = useState<Sorting | null>(initialSorting ?? null);
  const sorted = rows === undefined ? undefined : sortRows(rows, columns, sorting);
  const cell = cx('px-3 first:pl-4 last:pr-4', isDense ? 'h-8 py-1' : 'h-row py-2');

  return (
    <div
      // Can be scrolled, so it must be reachable by keyboard; no landmark: a card of the same name may be around it.
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a group of nothing that is filled in
      role="group"
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrollable-region-focusable of WCAG 2.1.1
      tabIndex={0}
      aria-label={caption}
      className="@container relative overflow-auto rounded-xl border border-line bg-surface shadow-card"
    >
      <table className="w-full border-collapse text-sm" aria-busy={rows === undefined}>
        <caption className="sr-only">{caption}</caption>
        <thead className="sticky top-0 z-10 bg-surface">
          <tr className="border-b border-line text-left text-xs text-ink-soft">
            {columns.map((column) => (
              <HeadCell key={column.key} column={column} sorting={sorting} onSort={setSorting} />
            ))}
          </tr>
        </thead>
        <tbody>
          {sorted === undefined &&
            Array.from({ length: pendingRows }, (_, index) => (
              <tr key={index} className="border-line not-first:border-t">
                {columns.map((column) => (
                  <td key={column.key} className={cx(cell, optionalClass(column.isOptional))}>
                    <Skeleton className="h-4 w-full" />
                  </td>
                ))}
              </tr>
            ))}
          {sorted?.length === 0 && (
            <tr>
              <td colSpan={columns.length}>{empty}</td>
            </tr>
          )}
          {sorted?.map((row) => (
            <tr key={keyOf(row)} className="border-line not-first:border-t hover:bg-hover/50">
              {columns.map((column) => {
                const Cell = column.isRowHeader === true ? 'th' : 'td';
                return (
                  <Cell
                    key={column.key}
                    {...(Cell === 'th' ? { scope: 'row' } : {})}
                    className={cx(
                      cell,
                      'text-left align-middle',
                      Cell === 'th' ? 'font-medium' : 'font-normal',
                      column.align === 'end' && 'text-right tabular-nums',
                      column.isTight === true && 'w-px whitespace-nowrap',
                      optionalClass(column.isOptional),
                    )}
                  >
                    {column.cell(row)}
                  </Cell>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const optionalClass = (isOptional: boolean | undefined) => isOptional === true && 'hidden @3xl:table-cell';

interface HeadCellProps<Row> {
  column: Column<Row>;
  sorting: Sorting | null;
  onSort: (next: Sorting) => void;
}

function HeadCell<Row>({ column, sorting, onSort }: HeadCellProps<Row>) {
  const isSorted = sorting?.key === column.key;
  const isDescending = isSorted && sorting.isDescending;
  const Icon = isSorted ? (isDescending ? ArrowDown : ArrowUp) : ChevronsUpDown;
  return (
    <th
      scope="col"
      aria-sort={isSorted ? (isDescending ? 'descending' : 'ascending') : undefined}
      className={cx(
        'h-row px-3 font-medium first:pl-4 last:pr-4',
        column.align === 'end' && 'text-right',
        optionalClass(column.isOptional),
      )}
    >
      {column.sortBy === undefined ? (
        column.label
      ) : (
        <button
          type="button"
          title={words.ui.sortBy(column.label)}
          className="inline-flex min-h-6 items-center gap-1 pointer-coarse:min-h-control rounded-sm hover:text-ink"
          onClick={() => onSort({ key: column.key, isDescending: isSorted && !isDescending })}
        >
          {column.label}
          <Icon aria-hidden className={cx('size-icon-small', !isSorted && 'opacity-60')} />
        </button>
      )}
    </th>
  );
}
