import type { ReactNode } from 'react';
import { cx } from './cx.ts';

interface ListProps {
  /** Names it for screen readers, where no heading does. */
  label?: string | undefined;
  children: ReactNode;
}

/** Rows in a frame. Each row lays itself out by the width of the list, not of the window. */
export function List({ label, children }: ListProps) {
  return (
    <ul aria-label={label} className="@container overflow-clip rounded-xl border border-line bg-surface shadow-card">
      {children}
    </ul>
  );
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
  /** One more such column. */
  extra?: ReactNode;
  actions?: ReactNode;
  /** Below, over the whole width: a progress, a failure. */
  children?: ReactNode;
  isSelected?: boolean;
}

export function ListRow(props: ListRowProps) {
  const { lead, title, marks, sub, status, extra, actions, children, isSelected = false } = props;
  return (
    <li
      className={cx(
        'flex flex-col gap-3 border-line px-4 py-3 transition-colors not-first:border-t hover:bg-hover/50 @5xl:px-5',
        isSelected && 'bg-accent-soft',
      )}
    >
      <div className="flex flex-wrap items-center gap-x-5 gap-y-2 @3xl:flex-nowrap">
        {lead !== undefined && <RowLead>{lead}</RowLead>}
        <div className="min-w-0 flex-1 basis-64">
          <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
            <h2 className="min-w-0 text-base font-semibold break-words">{title}</h2>
            {marks}
          </div>
          {sub !== undefined && <div className="mt-0.5 text-xs text-ink-soft">{sub}</div>}
        </div>
        {status !== undefined && <div className="min-w-0 @3xl:w-56 @3xl:shrink-0">{status}</div>}
        {extra !== undefined && <div className="min-w-0 @5xl:w-64 @5xl:shrink-0">{extra}</div>}
        {actions !== undefined && (
          <div className="ml-auto flex shrink-0 flex-wrap items-center justify-end gap-2">{actions}</div>
        )}
      </div>
      {children}
    </li>
  );
}

/** The box around a row's mark. */
export function RowLead({ children }: { children: ReactNode }) {
  return (
    <span
      aria-hidden
      className="flex size-10 shrink-0 items-center justify-center rounded-md border border-line bg-sunken text-ink-soft"
    >
      {children}
    </span>
  );
}
