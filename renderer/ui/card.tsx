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
      className={cx('flex flex-col gap-3 rounded-xl border border-line bg-surface p-5', className)}
    >
      {(title !== undefined || actions !== undefined) && (
        <header className="flex flex-wrap items-start justify-between gap-3">
          <div>
            {title !== undefined && <h2 className="text-base font-semibold">{title}</h2>}
            {description !== undefined && <p className="text-sm text-ink-soft">{description}</p>}
          </div>
          {actions}
        </header>
      )}
      {children}
    </section>
  );
}
