import type { ReactNode } from 'react';
import { cx } from '../ui/cx.ts';

interface PageProps {
  title: string;
  /** Beside the heading: the way back, a status. */
  before?: ReactNode;
  after?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  /** The page scrolls inside of its parts, not as a whole. */
  isFixed?: boolean;
}

/** A page: a heading, its actions, its content. */
export function Page({ title, before, after, actions, children, isFixed = false }: PageProps) {
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <header className="shrink-0 px-6 py-3">
        <div
          className={cx('flex min-h-10 flex-wrap items-center gap-x-4 gap-y-2', !isFixed && 'mx-auto w-full max-w-7xl')}
        >
          <div className="flex min-w-0 flex-1 flex-wrap items-center gap-x-3 gap-y-1">
            {before}
            <h1 className="min-w-0 text-xl font-semibold break-words">{title}</h1>
            {after}
          </div>
          {actions}
        </div>
      </header>
      {isFixed ? (
        <div className="flex min-h-0 flex-1 flex-col">{children}</div>
      ) : (
        <div className="relative min-h-0 flex-1 overflow-y-auto px-6 pb-10">
          <div className="mx-auto flex max-w-7xl flex-col gap-4">{children}</div>
        </div>
      )}
    </div>
  );
}
