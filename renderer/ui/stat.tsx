import type { ReactNode } from 'react';

interface StatProps {
  label: string;
  /** Null: not known. */
  value: ReactNode;
  unit?: string;
  /** Under it: a share, since when. */
  children?: ReactNode;
  icon?: ReactNode;
}

/** One number in large. */
export function Stat({ label, value, unit, children, icon }: StatProps) {
  return (
    <div className="flex min-w-0 flex-col gap-0.5">
      <dt className="flex items-center gap-1.5 text-xs font-medium text-ink-soft">
        {icon}
        {label}
      </dt>
      <dd className="flex flex-wrap items-baseline gap-x-1.5 text-2xl font-semibold tabular-nums">
        {value ?? '–'}
        {unit !== undefined && value !== null && <span className="text-sm font-normal text-ink-soft">{unit}</span>}
      </dd>
      {children !== undefined && <dd className="text-xs text-ink-soft">{children}</dd>}
    </div>
  );
}

/** Numbers side by side. */
export function Stats({ children }: { children: ReactNode }) {
  return (
    <div className="@container">
      <dl className="grid grid-cols-2 gap-x-6 gap-y-4 @2xl:grid-cols-4 @6xl:grid-cols-6">{children}</dl>
    </div>
  );
}
