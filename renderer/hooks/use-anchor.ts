import { type RefObject, useCallback, useMemo, useRef } from 'react';

export interface Anchor {
  /** Takes note of what is in view, and where. */
  remember: () => void;
  /** Puts it back there, where something above it has another height now. */
  restore: () => void;
  /** Whatever is in view stays where it is, unless the reader or the browser itself has scrolled meanwhile. */
  settle: () => void;
}

interface Held {
  element: Element;
  /** From the upper edge of the view. */
  top: number;
  scrollTop: number;
}

/** Rounded by some browsers and not by others. */
const tolerance = 1;

/**
 * Holds what is read in its place while parts of the list above it come in, are drawn, or get another height. Most of it
 * browsers do by themselves; not where they have no scroll anchoring, nor where what they hold on to is replaced.
 * @param list whose children are held on to, in order from top to bottom
 */
export function useAnchor(scroller: RefObject<HTMLElement | null>, list: RefObject<HTMLElement | null>): Anchor {
  const held = useRef<Held | null>(null);

  const remember = useCallback(() => {
    const [view, parts] = [scroller.current, list.current?.children];
    if (view === null || parts === undefined) return;
    const edge = view.getBoundingClientRect().top;
    const element = firstFrom(parts, edge - tolerance);
    held.current =
      element === null ? null : { element, top: element.getBoundingClientRect().top - edge, scrollTop: view.scrollTop };
  }, [scroller, list]);

  const restore = useCallback(() => {
    const view = scroller.current;
    if (view === null || held.current?.element.isConnected !== true) return;
    const { element, top } = held.current;
    const moved = element.getBoundingClientRect().top - view.getBoundingClientRect().top - top;
    if (Math.abs(moved) >= tolerance) scrollOn(view, moved);
    held.current.scrollTop = view.scrollTop;
  }, [scroller]);

  const settle = useCallback(() => {
    const view = scroller.current;
    if (view === null) return;
    if (held.current !== null && Math.abs(view.scrollTop - held.current.scrollTop) < tolerance) restore();
    else remember();
  }, [scroller, remember, restore]);

  return useMemo(() => ({ remember, restore, settle }), [remember, restore, settle]);
}

function scrollOn(element: HTMLElement, pixels: number): void {
  element.scrollTop += pixels;
}

/** The first that begins below an edge; the last one, where none does. */
function firstFrom(parts: HTMLCollection, edge: number): Element | null {
  let [from, to] = [0, parts.length - 1];
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    if ((parts[middle]?.getBoundingClientRect().top ?? 0) >= edge) to = middle;
    else from = middle + 1;
  }
  return parts[from] ?? null;
}
