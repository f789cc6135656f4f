import { Autocomplete } from '@base-ui/react/autocomplete';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useLayoutEffect, useRef, type ReactNode } from 'react';
import { words } from '../words.ts';
import { cx } from './cx.ts';
import { itemClass } from './popup.ts';

export interface FilterItem {
  key: string;
  /** What it is, for screen readers and for the width of a row in plain text. */
  label: string;
}

interface FilterListProps<Item extends FilterItem> {
  label: string;
  placeholder?: string;
  query: string;
  onQuery: (query: string) => void;
  /** Already filtered and in order: what is to be seen. */
  items: readonly Item[];
  onSelect: (item: Item) => void;
  row: (item: Item) => ReactNode;
  icon?: ReactNode;
}

// In rem; two lines of text.
const rowSize = 2.75;

/**
 * A field with the list of what it finds under it, in place: for a palette. Only the rows in sight are in the document,
 * so thousands cost no more than twenty.
 */
export function FilterList<Item extends FilterItem>(props: FilterListProps<Item>) {
  const { label, placeholder, query, onQuery, items, onSelect, row, icon } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const space = useRef<HTMLDivElement>(null);
  const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
  // oxlint-disable-next-line react/incompatible-library -- no compiler is used
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowSize * rem,
    overscan: 8,
    initialRect: { width: 600, height: 400 },
    getItemKey: (index) => items[index]?.key ?? index,
  });
  const height = virtual.getTotalSize();
  // Through the object model: the page's policy forbids style attributes.
  useLayoutEffect(() => space.current?.style.setProperty('height', `${height}px`), [height]);

  return (
    <Autocomplete.Root
      items={items}
      filteredItems={items}
      value={query}
      onValueChange={(next, details) => {
        // Choosing an entry must not fill the field with its name.
        if (details.reason !== 'item-press') onQuery(next);
      }}
      itemToStringValue={(item: Item) => item.label}
      autoHighlight="always"
      keepHighlight
      inline
      open
      virtualized
      onItemHighlighted={(_item, { index, reason }) => {
        if (reason !== 'pointer' && index >= 0) virtual.scrollToIndex(index);
      }}
    >
      <label className="flex h-12 shrink-0 items-center gap-3 border-b border-line px-4 text-ink-soft">
        {icon}
        <Autocomplete.Input
          aria-label={label}
          placeholder={placeholder ?? label}
          className="h-full min-w-0 flex-1 bg-transparent text-md text-ink outline-none placeholder:text-ink-soft"
        />
      </label>
      <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto">
        <Autocomplete.Empty className="px-4 py-6 text-center text-sm text-ink-soft empty:hidden">
          {words.ui.noMatch}
        </Autocomplete.Empty>
        <Autocomplete.List aria-label={label}>
          <div ref={space} role="presentation" className="relative w-full">
            {virtual.getVirtualItems().map(({ index, start, key }) => {
              const item = items[index];
              return (
                item !== undefined && (
                  <Autocomplete.Item
                    key={key}
                    index={index}
                    value={item}
                    aria-setsize={items.length}
                    aria-posinset={index + 1}
                    onClick={() => onSelect(item)}
                    ref={(element) => element?.style.setProperty('translate', `0 ${start}px`)}
                    className={cx(itemClass, 'absolute inset-x-0 top-0 h-11 px-4 text-sm')}
                  >
                    {row(item)}
                  </Autocomplete.Item>
                )
              );
            })}
          </div>
        </Autocomplete.List>
      </div>
    </Autocomplete.Root>
  );
}
