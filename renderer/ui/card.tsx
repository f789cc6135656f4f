import type { ReactNode } from 'react';
import { cx } from './cx.ts';

interface CardProps {
  title?: string;
  description?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  className?: string;
}

export function Card({ title, description, actions, children, className }: CardProps) {
  return (
    <section
      aria-label={title}
      className={cx('flex min-w-0 flex-col gap-4 rounded-xl border border-line bg-surface p-5 shadow-card', className)}
    >
      {(title !== undefined || actions !== undefined) && (
        <header className="flex flex-wrap items-start justify-between gap-3">
          <div className="min-w-0">
            {title !== undefined && <h2 className="text-md font-semibold">{title}</h2>}
            {description !== undefined && <p className="text-sm text-ink-soft">{description}</p>}
          </div>
          {actions}
        </header>
      )}
      {children}
    </section>
  );
}
