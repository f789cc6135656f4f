import { useEffect, useEffectEvent } from 'react';

/**
 * For what lies over a page: told once the reader has gone to another one (Back, a link, a typed address) and this is
 * still open. After the new page has been drawn, so that what went with the old one is not told.
 */
export function useLeaving(isOpen: boolean, onLeave: () => void): void {
  const leave = useEffectEvent(onLeave);
  useEffect(() => {
    if (!isOpen) return undefined;
    const opened = window.location.hash;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onVisit = () => {
      // The event comes late: it may be of the way to the page on which this was opened.
      if (window.location.hash !== opened) timer = setTimeout(() => leave());
    };
    window.addEventListener('hashchange', onVisit);
    return () => {
      clearTimeout(timer);
      window.removeEventListener('hashchange', onVisit);
    };
  }, [isOpen]);
}
