import { useCallback, useEffect, useLayoutEffect, useRef, type ReactNode } from 'react';
import { isUpward, type ReaderEvent } from '../../ui/upward.ts';
import type { ColumnScroll } from './use-column-scroll.ts';

interface AnswerScrollerProps {
  columnId: string;
  label: string;
  isGrowing: boolean;
  scroll: ColumnScroll;
  children: ReactNode;
}

const nearEndPixels = 8;
/** The last piece is drawn when it is its turn, and its colours and formulas after that. */
const settlingMs = 600;

/** One for each answer: give it the answer's id as its key. Stays at the end while the answer grows, unless the reader has scrolled up; one that was whole is read from its top. */
export function AnswerScroller({ columnId, label, isGrowing, scroll, children }: AnswerScrollerProps) {
  const content = useRef<HTMLDivElement>(null);
  const scroller = useRef<HTMLDivElement | null>(null);
  const follows = useRef(true);
  const grows = useRef(isGrowing);
  const { register, onScroll } = scroll;
  const attach = useCallback(
    (element: HTMLDivElement | null) => {
      scroller.current = element;
      register(columnId, element);
    },
    [register, columnId],
  );

  useLayoutEffect(() => {
    if (isGrowing) grows.current = true;
    if (isGrowing || !grows.current) return undefined;
    const timer = setTimeout(() => (grows.current = false), settlingMs);
    return () => clearTimeout(timer);
  }, [isGrowing]);
  useEffect(() => {
    if (content.current === null) return undefined;
    // After layout, so that reading a height costs nothing.
    const observer = new ResizeObserver(() => {
      const element = scroller.current;
      if (element !== null && follows.current && grows.current) element.scrollTop = element.scrollHeight;
    });
    observer.observe(content.current);
    return () => observer.disconnect();
  }, []);

  const onReader = (event: ReaderEvent) => {
    if (isUpward(event)) follows.current = false;
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- scrolling is watched; there is nothing to press
    <div
      ref={attach}
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a group of nothing that is filled in
      role="group"
      aria-label={label}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrollable-region-focusable of WCAG 2.1.1
      tabIndex={0}
      className="relative min-h-24 flex-1 overflow-x-hidden overflow-y-auto bg-surface px-3 py-3 focus-visible:-outline-offset-2"
      onWheel={onReader}
      onKeyDown={onReader}
      onPointerDown={onReader}
      onScroll={(event) => {
        const { scrollTop, scrollHeight, clientHeight } = event.currentTarget;
        if (scrollHeight - scrollTop - clientHeight < nearEndPixels) follows.current = true;
        onScroll(columnId);
      }}
    >
      <div ref={content} className="flex flex-col gap-2">
        {children}
      </div>
    </div>
  );
}
