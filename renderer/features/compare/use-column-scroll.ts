import { useCallback, useRef } from 'react';

export interface ColumnScroll {
  /** Of a column's scroller; null when it goes. */
  register: (columnId: string, element: HTMLElement | null) => void;
  onScroll: (columnId: string) => void;
}

/**
 * Brings the other columns to the same share of their lengths while one is scrolled. What is scrolled by this is not
 * taken for the reader: it is where it was put.
 */
export function useColumnScroll(isOn: boolean): ColumnScroll {
  const elements = useRef<Map<string, HTMLElement>>(new Map());
  const putAt = useRef(new WeakMap<HTMLElement, number>());

  const register = useCallback((columnId: string, element: HTMLElement | null) => {
    if (element === null) elements.current.delete(columnId);
    else elements.current.set(columnId, element);
  }, []);

  const onScroll = useCallback(
    (columnId: string) => {
      const source = elements.current.get(columnId);
      if (!isOn || source === undefined) return;
      if (Math.abs((putAt.current.get(source) ?? -2) - source.scrollTop) <= 1) return;
      putAt.current.delete(source);
      const room = source.scrollHeight - source.clientHeight;
      const share = room <= 0 ? 0 : source.scrollTop / room;
      const others = [...elements.current].filter(([id]) => id !== columnId);
      for (const [, element] of others) putAt.current.set(element, scrollToShare(element, share));
    },
    [isOn],
  );

  return { register, onScroll };
}

/** Returns where it came to stand: a browser rounds, and ends are ends. */
function scrollToShare(element: HTMLElement, share: number): number {
  element.scrollTop = share * (element.scrollHeight - element.clientHeight);
  return element.scrollTop;
}
