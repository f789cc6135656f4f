import type { KeyboardEvent } from 'react';

/** Arrows go from the field that searches into the rows that can be chosen, between them, and back. */
export function moveByArrows(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const places = [
    ...event.currentTarget.querySelectorAll<HTMLElement>('input[type=search], button[aria-current]:not(:disabled)'),
  ];
  const at = places.findIndex((place) => place === document.activeElement);
  const next = places[at + (event.key === 'ArrowDown' ? 1 : -1)];
  if (at === -1 || next === undefined) return;
  event.preventDefault();
  next.focus();
}
