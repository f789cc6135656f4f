import type { ReactNode } from 'react';

interface PageProps {
  title: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  /** The page scrolls inside of its parts, not as a whole. */
  isFixed?: boolean;
}

/** A page: a heading, its actions, its content. */
export function Page({ title, actions, children, isFixed = false }: PageProps) {
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <header className="flex min-h-16 shrink-0 flex-wrap items-center gap-x-4 gap-y-2 px-6 py-3">
        <h1 className="min-w-0 flex-1 text-xl font-semibold break-words">{title}</h1>
        {actions}
      </header>
      {isFixed ? (
        <div className="flex min-h-0 flex-1 flex-col">{children}</div>
      ) : (
        // Scrolls, so it must be reachable by keyboard even where it holds nothing that takes focus.
        <div className="min-h-0 flex-1 overflow-y-auto px-6 pb-10">
          <div className="mx-auto flex max-w-7xl flex-col gap-4">{children}</div>
        </div>
      )}
    </div>
  );
}
