import { useVirtualizer } from '@tanstack/react-virtual';
import {
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
  useSyncExternalStore,
  type RefObject,
} from 'react';
import { ErrorCard } from '../../app/error-card.tsx';
import { useReader } from '../../hooks/use-end.ts';
import { Button } from '../../ui/button.tsx';
import { words } from '../../words.ts';
import { LogRow } from './log-row.tsx';
import type { LogWindow } from './log-window.ts';

export interface LogListHandle {
  goTo(line: number): void;
  firstVisible(): number;
}

export interface LogRange {
  first: number;
  end: number;
}

interface LogListProps {
  handle: RefObject<LogListHandle | null>;
  window: LogWindow;
  label: string;
  /** Positions of the view: the first line that is kept, and the end. */
  range: LogRange;
  /** Lines that the cap has dropped. */
  dropped: number;
  query: string;
  currentHit: number | null;
  isWrapped: boolean;
  isFollowing: boolean;
  onFollow: (isFollowing: boolean) => void;
}

const rowPixels = 20;
/** Firefox draws nothing below 17.9 million pixels, Chromium 33.5: longer runs are shown from a later line on. */
export const mostRows = 800_000;

/** The first line shown: as early as it can be drawn. It moves only in large steps, so that nothing jumps at each line. */
export function nextBase(base: number, { first, end }: LogRange, isFollowing: boolean): number {
  const isTooLong = end - base > mostRows;
  const isGone = first > base && isFollowing;
  return isTooLong || isGone ? Math.max(first, end - mostRows / 2) : base;
}

export function LogList(props: LogListProps) {
  const { handle, window, label, range, dropped, query, currentHit, isWrapped, isFollowing, onFollow } = props;
  const scroller = useRef<HTMLDivElement>(null);
  useSyncExternalStore(window.subscribe, window.version);
  const [base, setBase] = useState(() => nextBase(range.first, range, true));
  const shownBase = nextBase(base, range, isFollowing);
  if (shownBase !== base) setBase(shownBase);

  // While following, a line is shown once it was read: then rows never stand empty, and each batch is one change.
  const [followedEnd, setFollowedEnd] = useState(range.end);
  const isRead = range.end === 0 || window.line(range.end - 1) !== undefined;
  const end = isFollowing && !isRead ? Math.max(shownBase, followedEnd) : range.end;
  if (end !== followedEnd) setFollowedEnd(end);
  const count = Math.max(0, end - shownBase);
  // oxlint-disable-next-line react/incompatible-library -- nothing memoised depends on what it returns; no compiler runs here
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPixels,
    overscan: isFollowing ? 4 : 20,
    getItemKey: (index) => shownBase + index,
  });
  const rows = virtualizer.getVirtualItems();
  const from = shownBase + (rows[0]?.index ?? 0);
  const to = shownBase + (rows.at(-1)?.index ?? -1) + 1;
  const ahead = isFollowing ? range.end - to : 0;

  useEffect(() => {
    window.need({ from: from + ahead, to: to + ahead, first: range.first, end: range.end });
  }, [window, from, to, ahead, range.first, range.end]);

  useLayoutEffect(() => {
    if (isFollowing && count > 0) virtualizer.scrollToIndex(count - 1, { align: 'end' });
  }, [virtualizer, isFollowing, count, isWrapped]);

  useImperativeHandle(handle, () => ({
    goTo(line) {
      onFollow(false);
      const start = line < shownBase ? Math.max(range.first, line - mostRows / 4) : shownBase;
      if (start !== shownBase) setBase(start);
      // After the commit that moved the base.
      requestAnimationFrame(() => virtualizer.scrollToIndex(line - start, { align: 'center' }));
    },
    firstVisible: () => shownBase + (virtualizer.getVirtualItemForOffset(scroller.current?.scrollTop ?? 0)?.index ?? 0),
  }));

  const handlers = useReader({ isFollowing: () => isFollowing, onFollow, nearPixels: rowPixels * 2 });

  const failure = window.failure();
  const earlier = shownBase - range.first;
  return (
    <>
      {failure !== null && <ErrorCard failure={failure} />}
      {earlier > 0 && (
        <div className="border-b border-line px-6 py-1">
          <Button
            size="small"
            variant="quiet"
            onClick={() => {
              onFollow(false);
              setBase(Math.max(range.first, shownBase - mostRows / 4));
            }}
          >
            {words.log.earlier(earlier)}
          </Button>
        </div>
      )}
      {dropped > 0 && earlier <= 0 && (
        <p className="border-b border-line px-6 py-1 text-xs text-ink-soft">{words.log.dropped(dropped)}</p>
      )}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- scrolling is watched; there is nothing to press */}
      <section
        ref={scroller}
        aria-label={label}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrollable region must be reachable by keyboard
        tabIndex={0}
        {...handlers}
        className="relative min-h-0 flex-1 overflow-auto bg-sunken py-1 focus-visible:-outline-offset-2"
      >
        <div className="relative w-full" style={{ height: virtualizer.getTotalSize() }}>
          <div
            className="absolute top-0 left-0 min-w-full"
            style={{ transform: `translateY(${rows[0]?.start ?? 0}px)` }}
          >
            {rows.map((row, slot) => (
              // While following every row is another line at each batch: the elements are used again, not made anew.
              <div
                key={isFollowing ? slot : row.key}
                data-index={row.index}
                ref={isWrapped ? virtualizer.measureElement : undefined}
              >
                <LogRow
                  line={window.line(shownBase + row.index)}
                  query={query}
                  isCurrent={currentHit === shownBase + row.index}
                  isWrapped={isWrapped}
                />
              </div>
            ))}
          </div>
        </div>
      </section>
    </>
  );
}
