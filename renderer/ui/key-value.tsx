import type { ReactNode } from 'react';
import { cx } from './cx.ts';

export interface KeyValueItem {
  label: string;
  value: ReactNode;
}

/** Names and values; with `isWide` two pairs stand side by side where there is room for them. */
export function KeyValue({ items, isWide = false }: { items: readonly KeyValueItem[]; isWide?: boolean }) {
  return (
    <div className="@container">
      <dl
        className={cx(
          'grid grid-cols-1 gap-x-6 gap-y-0.5 text-sm @md:grid-cols-[minmax(max-content,1fr)_4fr] @md:gap-y-2.5',
          isWide && '@5xl:grid-cols-[max-content_1fr_max-content_1fr]',
        )}
      >
        {items.map((item) => (
          <div key={item.label} className="contents">
            <dt className="text-ink-soft">{item.label}</dt>
            <dd className="min-w-0 break-words @max-md:mb-2">{item.value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
