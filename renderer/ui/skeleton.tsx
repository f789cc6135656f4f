import type { ReactNode } from 'react';
import { words } from '../words.ts';
import { cx } from './cx.ts';

/** Stands where content will be, in its size, so that nothing jumps. */
export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden className={cx('skeleton rounded-md', className)} />;
}

/** Says once that something is on its way; the shapes inside are for the eye. */
function Pending({ children, className }: { children: ReactNode; className: string }) {
  return (
    <output className={className}>
      <span className="sr-only">{words.common.loading}</span>
      {children}
    </output>
  );
}

/** A list that is still to come: frame, rows and the shapes in them, as `List` draws them. */
export function SkeletonList({ rows = 6, rowClassName = 'h-16' }: { rows?: number; rowClassName?: string }) {
  return (
    <Pending className="@container flex flex-col overflow-clip rounded-xl border border-line bg-surface">
      {Array.from({ length: rows }, (_, index) => (
        <div
          key={index}
          aria-hidden
          className={cx('flex items-center gap-4 border-line px-4 not-first:border-t', rowClassName)}
        >
          <Skeleton className="hidden size-10 @lg:block" />
          <span className="flex flex-1 flex-col gap-2">
            <Skeleton className="h-4 w-40 max-w-full" />
            <Skeleton className="h-3 w-64 max-w-full" />
          </span>
          <Skeleton className="hidden h-6 w-20 @lg:block" />
        </div>
      ))}
    </Pending>
  );
}

/** A card that is still to come. */
export function SkeletonCard({ className = 'h-40' }: { className?: string }) {
  return (
    <Pending className={cx('flex flex-col gap-3 rounded-xl border border-line bg-surface p-5', className)}>
      <Skeleton className="h-5 w-1/3" />
      <Skeleton className="h-4 w-4/5" />
      <Skeleton className="h-4 w-3/5" />
    </Pending>
  );
}

/** Lines of text that are still to come. */
export function SkeletonText({ lines = 3 }: { lines?: number }) {
  return (
    <Pending className="flex flex-col gap-2">
      {Array.from({ length: lines }, (_, index) => (
        <Skeleton key={index} className={cx('h-4', index === lines - 1 ? 'w-3/5' : 'w-full')} />
      ))}
    </Pending>
  );
}
