/** What opens over the page: a menu, a list of choices. */
export const popupClass =
  'popup-motion rounded-md border border-line bg-raised py-1 text-sm text-ink shadow-popup outline-none';

/** An entry of it. */
export const itemClass =
  'flex min-h-control-small cursor-default items-center gap-2.5 px-3 py-1 outline-none select-none data-disabled:opacity-55 data-highlighted:bg-hover';
