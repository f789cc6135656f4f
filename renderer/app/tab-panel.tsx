import type { ReactNode } from 'react';
import { cx } from '../ui/cx.ts';

const widths = { page: 'max-w-page', wide: 'max-w-wide' };

/** What a tab of a page with fixed parts shows: scrolls by itself, in the width of its kind. */
export function TabPanel({ children, width = 'page' }: { children: ReactNode; width?: keyof typeof widths }) {
  return (
    <div className="relative min-h-0 flex-1 overflow-y-auto px-gutter py-5">
      <div className={cx('flex w-full flex-col gap-4', widths[width])}>{children}</div>
    </div>
  );
}
