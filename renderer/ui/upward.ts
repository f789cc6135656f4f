import type { KeyboardEvent, PointerEvent, WheelEvent } from 'react';

export type ReaderEvent = WheelEvent<HTMLElement> | KeyboardEvent<HTMLElement> | PointerEvent<HTMLElement>;

const upwardKeys = new Set(['ArrowUp', 'PageUp', 'Home']);

/**
 * Whether the reader of a list that follows its end means to go up. Scroll events alone cannot tell: where the list
 * grows at the same moment, it has been scrolled to its new end before the event comes.
 */
export function isUpward(event: ReaderEvent): boolean {
  const element = event.currentTarget;
  if (element.scrollHeight <= element.clientHeight) return false;
  if ('deltaY' in event) return event.deltaY < 0 && !event.ctrlKey;
  if ('key' in event) return upwardKeys.has(event.key);
  // On the scroll bar, which lies beyond the width of the content.
  return event.target === element && event.nativeEvent.offsetX > element.clientWidth;
}
