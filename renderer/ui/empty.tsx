import type { ReactNode } from 'react';

interface EmptyProps {
  icon: ReactNode;
  title: string;
  /** What to do first. */
  children?: ReactNode;
  actions?: ReactNode;
  /** It is the whole page, so its title is the page's heading. */
  isPage?: boolean;
}

/** Nothing is here: says what would be, and offers the first step to it. */
export function Empty({ icon, title, children, actions, isPage = false }: EmptyProps) {
  const Heading = isPage ? 'h1' : 'h2';
  return (
    <div className="flex flex-col items-center gap-2 px-6 py-16 text-center low:py-4">
      <span className="mb-2 flex size-14 low:hidden items-center justify-center rounded-full border border-line bg-surface text-ink-soft shadow-card">
        {icon}
      </span>
      <Heading className="text-lg font-semibold outline-none">{title}</Heading>
      {children !== undefined && <div className="max-w-prose text-base text-balance text-ink-soft">{children}</div>}
      {actions !== undefined && <div className="mt-4 flex flex-wrap justify-center gap-2">{actions}</div>}
    </div>
  );
}
