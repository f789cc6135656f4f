import type { ReactNode } from 'react';
import { cx } from '../ui/cx.ts';

/** `form`: what is filled in and read. `page`: rows. `wide`: columns that use a large screen. */
export type PageWidth = 'form' | 'page' | 'wide';

interface PageProps {
  title: string;
  /** Under the title: what the page shows, in a line. */
  description?: ReactNode;
  /** Beside the heading: the way back, a status. */
  before?: ReactNode;
  after?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  width?: PageWidth;
  /** The page scrolls inside of its parts, not as a whole. */
  isFixed?: boolean;
}

const widths: Record<PageWidth, string> = { form: 'max-w-form', page: 'max-w-page', wide: 'max-w-wide' };

/** A page: a heading, its actions, its content. */
export function Page(props: PageProps) {
  const { title, description, before, after, actions, children, width = 'page', isFixed = false } = props;
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <header className="shrink-0 px-gutter pt-5 pb-3 low:pt-2 low:pb-2">
        <div
          className={cx(
            'flex min-h-control flex-wrap items-center gap-x-4 gap-y-2',
            !isFixed && cx('mx-auto w-full', widths[width]),
          )}
        >
          <div className="min-w-0 flex-1 basis-60">
            <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
              {before}
              {/* Takes the focus when the page is reached, so that it is read from its title on. */}
              <h1
                tabIndex={-1}
                className={cx(
                  'min-w-0 text-xl font-semibold break-words outline-none low:text-lg',
                  isFixed && 'low:line-clamp-1',
                )}
              >
                {title}
              </h1>
              {after}
            </div>
            {description !== undefined && <p className="mt-0.5 text-sm text-ink-soft">{description}</p>}
          </div>
          {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
        </div>
      </header>
      {isFixed ? (
        <div className="flex min-h-0 flex-1 flex-col">{children}</div>
      ) : (
        // A step above, or the focus ring of what stands first would be cut.
        <div data-page-scroller="" className="relative min-h-0 flex-1 overflow-y-auto px-gutter pt-1 pb-10">
          <div className={cx('mx-auto flex flex-col gap-4', widths[width])}>{children}</div>
        </div>
      )}
    </div>
  );
}
