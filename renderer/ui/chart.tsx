import { Suspense, useState, type ReactNode } from 'react';
import { lazyPart } from '../lazy-part.ts';
import { words } from '../words.ts';
import { Badge } from './badge.tsx';
import { chartTable, dashes, lastValue } from './chart-values.ts';
import { cx } from './cx.ts';
import { Disclosure } from './disclosure.tsx';
import type { AxisSteps } from './draw-plot.ts';
import { Skeleton } from './skeleton.tsx';
import { Table } from './table.tsx';

// The drawing library is needed by pages with charts only.
const Plot = lazyPart(() => import('./plot.tsx').then((part) => part.Plot));

export interface ChartSeries {
  label: string;
  /** One for each of `times`; null: not known then, and the line has a gap. */
  values: readonly (number | null)[];
}

interface ChartProps {
  title: string;
  /** Milliseconds since 1970, ascending; shared by all series. */
  times: readonly number[];
  /** At most six. */
  series: readonly ChartSeries[];
  /** `12.3 tokens/s`: a value with its unit, for the head, the axis and the table. */
  format: (value: number) => string;
  /** Loading: nothing is known yet. Old: what is shown is the last that was seen. */
  state?: 'ready' | 'loading' | 'old';
  /** In place of the lines when no series has a value: why, and since when. */
  empty?: ReactNode;
  /** Under the title. */
  note?: ReactNode;
  /** The top of the axis where it is known, as 1 of a share; else it follows the values. */
  max?: number;
  steps?: AxisSteps;
}

/** A chart with its current values in large, its lines, and the same values as a table. */
export function Chart(props: ChartProps) {
  const { title, times, series, format, state = 'ready', empty, note, max, steps } = props;
  const [isTableOpen, setTableOpen] = useState(false);
  const hasValues = series.some(({ values }) => values.some((value) => value !== null));
  return (
    <section
      aria-label={title}
      className="flex min-w-0 flex-col gap-3 rounded-xl border border-line bg-surface p-4 shadow-card"
    >
      <header className="flex flex-wrap items-start justify-between gap-x-4 gap-y-1">
        <div className="min-w-0">
          <h2 className="text-sm font-semibold">{title}</h2>
          {note !== undefined && <p className="text-xs text-ink-soft">{note}</p>}
        </div>
        {state === 'old' && <Badge tone="idle">{words.ui.old}</Badge>}
        <ul className="flex w-full flex-wrap gap-x-6 gap-y-1">
          {series.map(({ label, values }, index) => {
            const last = lastValue(values);
            return (
              <li key={label} className="flex items-center gap-2">
                <svg aria-hidden viewBox="0 0 24 4" className={cx('h-1 w-6 shrink-0', markClasses[index])}>
                  <path d="M0 2h24" stroke="currentColor" strokeWidth={3} strokeDasharray={dashes[index]?.join(' ')} />
                </svg>
                <span className="text-xs text-ink-soft">{label}</span>
                <span className="text-lg font-semibold tabular-nums">{last === null ? '–' : format(last)}</span>
              </li>
            );
          })}
        </ul>
      </header>
      <div className={cx('relative min-h-44 flex-1', state === 'old' && 'opacity-60')}>
        {state === 'loading' && <Skeleton className="absolute inset-0" />}
        {state !== 'loading' && !hasValues && (
          <div className="absolute inset-0 flex items-center justify-center rounded-md bg-sunken px-6 text-center text-sm text-ink-soft">
            {empty ?? words.ui.noValues}
          </div>
        )}
        {state !== 'loading' && hasValues && (
          <Suspense fallback={<Skeleton className="absolute inset-0" />}>
            <Plot
              title={title}
              times={times}
              series={series}
              format={format}
              {...(max === undefined ? {} : { max })}
              {...(steps === undefined ? {} : { steps })}
            />
          </Suspense>
        )}
      </div>
      {hasValues && (
        <Disclosure label={words.ui.showValues} isOpen={isTableOpen} onToggle={setTableOpen}>
          {isTableOpen && (
            <div className="flex max-h-64 flex-col">
              <Table
                isDense
                caption={title}
                keyOf={(row) => String(row.time)}
                rows={chartTable(times, series)}
                columns={[
                  {
                    key: 'time',
                    label: words.ui.time,
                    cell: (row) => new Date(row.time).toLocaleTimeString('en-GB'),
                    isRowHeader: true,
                  },
                  ...series.map(({ label }, index) => ({
                    key: label,
                    label,
                    align: 'end' as const,
                    cell: (row: { values: (number | null)[] }) => {
                      const value = row.values[index] ?? null;
                      return value === null ? words.ui.noValue : format(value);
                    },
                  })),
                ]}
              />
            </div>
          )}
        </Disclosure>
      )}
    </section>
  );
}

const markClasses = [
  'text-series-1',
  'text-series-2',
  'text-series-3',
  'text-series-4',
  'text-series-5',
  'text-series-6',
];

/** Charts side by side, as many as there is room for. */
export function ChartGrid({ children }: { children: ReactNode }) {
  return (
    <div className="@container">
      <div className="grid gap-4 @3xl:grid-cols-2 @6xl:grid-cols-3 @8xl:grid-cols-4">{children}</div>
    </div>
  );
}
