import { type RefObject, type UIEvent, useCallback, useEffect, useRef, useState } from 'react';
import { isUpward, type ReaderEvent } from '../ui/upward.ts';

export interface ReaderHandlers {
  onScroll: (event: UIEvent<HTMLElement>) => void;
  onWheel: (event: ReaderEvent) => void;
  onKeyDown: (event: ReaderEvent) => void;
  onPointerDown: (event: ReaderEvent) => void;
}

interface ReaderParts {
  isFollowing: () => boolean;
  /** The reader has left the end, or is back at it. */
  onFollow: (isFollowing: boolean) => void;
  /** So near to the end counts as at it. */
  nearPixels: number;
}

/**
 * What the reader of a list that follows its end means by scrolling: only the reader goes up, and only whoever goes down
 * to the end comes back to it. The handlers belong to the element that scrolls.
 */
export function useReader({ isFollowing, onFollow, nearPixels }: ReaderParts): ReaderHandlers {
  const lastTop = useRef(0);
  const onReader = (event: ReaderEvent) => {
    if (isFollowing() && isUpward(event)) onFollow(false);
  };
  return {
    onScroll(event) {
      const { scrollTop, scrollHeight, clientHeight } = event.currentTarget;
      const isUp = scrollTop < lastTop.current;
      lastTop.current = scrollTop;
      const isAtEnd = scrollHeight - scrollTop - clientHeight < nearPixels;
      if (isFollowing() && isUp && !isAtEnd) onFollow(false);
      if (!isFollowing() && !isUp && isAtEnd) onFollow(true);
    },
    onWheel: onReader,
    onKeyDown: onReader,
    onPointerDown: onReader,
  };
}

export interface End {
  handlers: ReaderHandlers;
  /** Of the element that scrolls. */
  scroller: RefObject<HTMLElement | null>;
  /** Of the one element in it: when that grows, its end is gone to. */
  content: RefObject<HTMLDivElement | null>;
  /** The reader is elsewhere, and what comes is not followed. */
  isAway: boolean;
  goToEnd: () => void;
  /** As if the reader had gone away from the end. */
  leave: () => void;
}

/** Stays at the end of what grows, while the reader is there. */
export function useEnd({ nearPixels }: { nearPixels: number }): End {
  const scroller = useRef<HTMLElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  const [isAway, setAway] = useState(false);

  const onFollow = useCallback((isFollowing: boolean) => {
    follows.current = isFollowing;
    setAway(!isFollowing);
  }, []);
  const goToEnd = useCallback(() => {
    onFollow(true);
    toEnd(scroller.current);
  }, [onFollow]);
  const leave = useCallback(() => onFollow(false), [onFollow]);

  // After layout, so that reading a height costs nothing.
  useEffect(() => {
    if (content.current === null) return undefined;
    const observer = new ResizeObserver(() => follows.current && toEnd(scroller.current));
    observer.observe(content.current);
    return () => observer.disconnect();
  }, []);

  const handlers = useReader({ isFollowing: () => follows.current, onFollow, nearPixels });
  return { handlers, scroller, content, isAway, goToEnd, leave };
}

function toEnd(element: HTMLElement | null): void {
  if (element !== null) element.scrollTop = element.scrollHeight;
}
