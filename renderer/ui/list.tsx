import type { ReactNode } from 'react';
import { useKeptFocus } from '../hooks/use-kept-focus.ts';
import { cx } from './cx.ts';

interface ListProps {
  /** Names it for screen readers, where no heading does. */
  label?: string | undefined;
  children: ReactNode;
  /** Two columns on a wide screen: for long lists that are looked through, not compared. */
  isColumned?: boolean;
}

/** Rows in a frame. Each row lays itself out by its own width, not by the window's. */
export function List({ label, children, isColumned = false }: ListProps) {
  const list = useKeptFocus();
  return (
    <div className="@container">
      <ul
        ref={list}
        aria-label={label}
        className={cx(
          'grid overflow-clip rounded-xl border border-line bg-surface shadow-card',
          isColumned && '@8xl:grid-cols-2',
        )}
      >
        {children}
      </ul>
    </div>
  );
}

export interface RowFact {
  label: string;
  /** Null: not known, and the place stays empty. */
  value: ReactNode;
}

interface ListRowProps {
  /** An icon or a mark, in a box of its own. */
  lead?: ReactNode;
  /** The name, as a link where it leads somewhere. It becomes a heading of level 2. */
  title: ReactNode;
  /** Beside the title: badges. */
  marks?: ReactNode;
  /** Under the title, in small. */
  sub?: ReactNode;
  /** A column of its own where there is room, else under the title. */
  status?: ReactNode;
  /** Columns where there is room, else a line under the title; the same ones in every row of a list. */
  facts?: readonly RowFact[];
  /** One more column. */
  extra?: ReactNode;
  actions?: ReactNode;
  /** Below, over the whole width: a progress, a failure. */
  children?: ReactNode;
  isSelected?: boolean;
}

export function ListRow(props: ListRowProps) {
  const { lead, title, marks, sub, status, facts, extra, actions, children, isSelected = false } = props;
  return (
    // Lines on two sides that lie under the frame's own: right for any number of columns.
    <li
      className={cx(
        '@container -mr-px -mb-px border-r border-b border-line transition-colors hover:bg-hover/40',
        isSelected && 'bg-accent-soft',
      )}
    >
      <div className="flex h-full flex-col justify-center gap-3 px-4 py-3 @5xl:px-5">
        <div className="flex flex-wrap items-center gap-x-5 gap-y-2 @5xl:flex-nowrap">
          {lead !== undefined && <RowLead>{lead}</RowLead>}
          <div className={cx('min-w-0 flex-1', status === undefined ? 'basis-56' : 'basis-48 @2xl:basis-40')}>
            <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
              <h2 className="min-w-0 text-base font-semibold break-words">{title}</h2>
              {marks}
            </div>
            {sub !== undefined && <div className="mt-0.5 text-xs text-ink-soft">{sub}</div>}
            {facts !== undefined && <Facts facts={facts} />}
          </div>
          {facts !== undefined && <FactColumns facts={facts} />}
          {status !== undefined && (
            <div data-column="" className="w-44 max-w-full shrink-0 @3xl:w-52">
              {status}
            </div>
          )}
          {extra !== undefined && (
            <div className="order-last min-w-0 basis-full @5xl:order-none @5xl:w-60 @5xl:shrink-0 @5xl:basis-auto">
              {extra}
            </div>
          )}
          {actions !== undefined && (
            // As wide in every row, so that the columns before it stand under each other.
            <div
              className={cx(
                'ml-auto flex shrink-0 flex-wrap items-center justify-end gap-2',
                status !== undefined && 'basis-full @2xl:min-w-64 @2xl:basis-auto pointer-coarse:@2xl:min-w-72',
              )}
            >
              {actions}
            </div>
          )}
        </div>
        {children}
      </div>
    </li>
  );
}

const isKnown = ({ value }: RowFact) => value !== null;

function Facts({ facts }: { facts: readonly RowFact[] }) {
  const known = facts.filter(isKnown);
  return (
    <dl className="mt-0.5 flex flex-wrap gap-x-4 text-xs text-ink-soft empty:hidden @7xl:hidden">
      {known.map(({ label, value }) => (
        <div key={label} className="flex gap-1">
          <dt>{label}</dt>
          <dd className="text-ink tabular-nums">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function FactColumns({ facts }: { facts: readonly RowFact[] }) {
  return (
    <dl className="hidden shrink-0 gap-x-4 @7xl:flex">
      {facts.map(({ label, value }) => (
        <div key={label} className="flex w-24 flex-col-reverse justify-end text-right">
          {value !== null && (
            <>
              <dt className="text-2xs text-ink-soft">{label}</dt>
              <dd className="text-sm tabular-nums">{value}</dd>
            </>
          )}
        </div>
      ))}
    </dl>
  );
}

function RowLead({ children }: { children: ReactNode }) {
  return (
    <span
      aria-hidden
      className="hidden size-10 shrink-0 items-center justify-center rounded-md border border-line bg-sunken text-ink-soft @lg:flex"
    >
      {children}
    </span>
  );
}
