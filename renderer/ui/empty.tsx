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

export function Empty({ icon, title, children, actions, isPage = false }: EmptyProps) {
  const Heading = isPage ? 'h1' : 'h2';
  return (
    <div className="flex flex-col items-center gap-2 px-6 py-14 text-center">
      <span className="mb-1 flex size-12 items-center justify-center rounded-full bg-idle-soft text-idle">{icon}</span>
      <Heading className="text-lg font-semibold">{title}</Heading>
      {children !== undefined && <div className="max-w-prose text-sm text-ink-soft">{children}</div>}
      {actions !== undefined && <div className="mt-3 flex flex-wrap justify-center gap-2">{actions}</div>}
    </div>
  );
}
