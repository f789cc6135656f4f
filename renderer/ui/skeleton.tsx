import { words } from '../words.ts';
import { cx } from './cx.ts';

/** Stands where content will be, in its size, so that nothing jumps. */
export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden className={cx('skeleton rounded-md', className)} />;
}

/** A list that is still to come. */
export function SkeletonList({ rows = 6, rowClassName = 'h-16' }: { rows?: number; rowClassName?: string }) {
  return (
    <output className="flex flex-col gap-2">
      <span className="sr-only">{words.common.loading}</span>
      {Array.from({ length: rows }, (_, index) => (
        <Skeleton key={index} className={rowClassName} />
      ))}
    </output>
  );
}
