import { createContext, type RefObject, use, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { createNearness, type Nearness } from './nearness.ts';

/** Of the list around; undefined: it is not there yet; null: the browser cannot tell. */
export const NearnessContext = createContext<Nearness | null | undefined>(undefined);

/** For the list: what its parts are told by (`NearnessContext`). */
export function useNearness(scroller: RefObject<HTMLElement | null>): Nearness | null | undefined {
  const [nearness, setNearness] = useState<Nearness | null | undefined>(undefined);
  useEffect(() => {
    if (scroller.current === null) return undefined;
    const made = createNearness(scroller.current);
    // oxlint-disable-next-line react/set-state-in-effect -- it is made of an element, which is there after the first commit
    setNearness(made);
    return () => made?.disconnect();
  }, [scroller]);
  return nearness;
}

interface LateParts {
  /** Characters of its text. */
  weight: number;
  /** Drawn at once, and for good while it is so. */
  isKept: boolean;
}

export interface Late<T extends HTMLElement> {
  place: RefObject<T | null>;
  isDrawn: boolean;
}

/**
 * For a part of the list: whether it is to be drawn. It is while it is near, and for as long as somebody has something in
 * it: the focus, a selection, what was opened or is being written there.
 */
export function useLate<T extends HTMLElement>({ weight, isKept }: LateParts): Late<T> {
  const nearness = use(NearnessContext);
  const place = useRef<T>(null);
  const [isNear, setNear] = useState(false);
  const isDrawn = isNear || isKept || nearness === null;
  const now = useRef({ isKept, isDrawn });
  useLayoutEffect(() => {
    now.current = { isKept, isDrawn };
  }, [isKept, isDrawn]);
  useEffect(() => {
    const element = place.current;
    if (element === null || nearness === undefined || nearness === null) return undefined;
    return nearness.watch(element, {
      cost: () => (now.current.isDrawn ? 0 : weight),
      onNear: () => setNear(true),
      onFar: () => setNear(isInUse(element)),
    });
  }, [nearness, weight]);
  return { place, isDrawn };
}

function isInUse(element: HTMLElement): boolean {
  if (element.contains(document.activeElement)) return true;
  if (element.querySelector('form, [aria-expanded="true"]') !== null) return true;
  const selection = document.getSelection();
  return selection !== null && !selection.isCollapsed && selection.containsNode(element, true);
}
