import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react';

interface Held {
  row: Element;
  control: HTMLElement;
  /** Among the row's controls, from the last one: what is there now may be fewer. */
  fromEnd: number;
}

const controlsOf = (row: Element) => [...row.querySelectorAll<HTMLElement>('a[href], button:not(:disabled)')];

/**
 * For a list of rows: where the control that has the focus goes away, or its row is moved, the focus stays in that row. Who
 * works by keyboard would be thrown back to the beginning of the page.
 */
export function useKeptFocus(): RefObject<HTMLUListElement | null> {
  const list = useRef<HTMLUListElement>(null);
  const held = useRef<Held | null>(null);

  useEffect(() => {
    const onFocus = ({ target }: FocusEvent) => {
      const control = target instanceof HTMLElement ? target : null;
      const row = control?.closest('li') ?? null;
      const isOurs = control !== null && row !== null && list.current?.contains(row) === true;
      held.current = isOurs ? { row, control, fromEnd: controlsOf(row).toReversed().indexOf(control) } : null;
    };
    // A click beside it takes the focus away on purpose, and nothing else gets it.
    const onPointer = ({ target }: Event) => {
      if (target instanceof Node && held.current?.row.contains(target) !== true) held.current = null;
    };
    document.addEventListener('focusin', onFocus);
    document.addEventListener('pointerdown', onPointer);
    return () => {
      document.removeEventListener('focusin', onFocus);
      document.removeEventListener('pointerdown', onPointer);
    };
  }, []);

  useLayoutEffect(() => {
    if (held.current === null || document.activeElement !== document.body) return;
    const { row, control, fromEnd } = held.current;
    const next = control.isConnected ? control : controlsOf(row).at(-1 - Math.max(0, fromEnd));
    next?.focus();
  });

  return list;
}
