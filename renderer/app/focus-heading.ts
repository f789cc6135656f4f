import { useEffect, useRef, type RefObject } from 'react';
import type { Route } from '../router.ts';

/** Whether two routes are one page to its reader: tabs of one NIM are, another NIM or chat is not. */
export function placeOf(route: Route): string {
  if (route.page === 'nim') return `nim ${route.nimId}`;
  if (route.page === 'compare') return `compare ${route.comparisonId ?? ''}`;
  return route.page === 'chat' ? `chat ${route.conversationId ?? ''}` : route.page;
}

/** Where the focus goes when what was acted on is gone with its button. */
export const pageHeading = () => document.querySelector<HTMLElement>('main h1');

/** For what closes without being a dialog: the focus must not fall to the document. */
export function focusPage(): void {
  const main = document.querySelector('main');
  if (main !== null) focusHeading(main);
}

function focusHeading(main: HTMLElement): boolean {
  const heading = main.querySelector<HTMLElement>('h1');
  if (heading === null) return false;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
  return true;
}

/**
 * After a navigation the focus goes to the new page's heading, so that a screen reader says where one is and Tab goes on
 * from there. On the first page the reader begins at the top by itself, and a page that has put the focus somewhere
 * better (the composer of the chat) keeps it. A page that is still loading gets it when its heading comes.
 */
export function useFocusHeading(main: RefObject<HTMLElement | null>, route: Route): void {
  const place = placeOf(route);
  const lastPlace = useRef(place);
  useEffect(() => {
    const element = main.current;
    // Compared, not counted: StrictMode runs the first effect twice.
    if (element === null || lastPlace.current === place) return undefined;
    lastPlace.current = place;
    const isInside = () => element !== document.activeElement && element.contains(document.activeElement);
    if (isInside() || focusHeading(element)) return undefined;
    element.focus({ preventScroll: true });
    const observer = new MutationObserver(() => {
      // Whoever has moved on meanwhile must not be pulled back.
      if (document.activeElement !== element || focusHeading(element)) observer.disconnect();
    });
    observer.observe(element, { childList: true, subtree: true });
    return () => observer.disconnect();
  }, [main, place]);
}

const line = 40;
/** How far each key scrolls, in CSS pixels, of what is `height` high. */
const scrolls: Readonly<Record<string, (height: number) => number>> = {
  ArrowDown: () => line,
  ArrowUp: () => -line,
  PageDown: (height) => height - line,
  PageUp: (height) => line - height,
  Home: () => -Infinity,
  End: () => Infinity,
};

/** The heading has the focus and stands above what scrolls: without this, keys that scroll would find nothing there. */
export function useHeadingKeys(main: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const by = scrolls[event.key];
      const { altKey, ctrlKey, metaKey, shiftKey, target } = event;
      if (by === undefined || altKey || ctrlKey || metaKey || shiftKey || event.defaultPrevented) return;
      if (target !== main.current && target !== main.current?.querySelector('h1')) return;
      const scroller = main.current?.querySelector('[data-page-scroller]');
      if (scroller === null || scroller === undefined) return;
      event.preventDefault();
      const { scrollTop, scrollHeight, clientHeight } = scroller;
      scroller.scrollTop = Math.min(Math.max(scrollTop + by(clientHeight), 0), scrollHeight);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [main]);
}
