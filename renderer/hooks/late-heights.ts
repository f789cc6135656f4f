import type { CSSProperties } from 'react';

// Of text as a chat shows it, at its usual width and size: good enough until it is drawn, when its height is known.
const linePixels = 24;
const lettersOfLine = 100;
/** What stands around each: room, and a line with what can be done. */
const aroundPixels = 80;

/** About how high a message will be, in pixels. */
export function heightOf(text: string): number {
  // Counting all line ends of a long text for a guess would be too much.
  const breaks = text.slice(0, 4_000).split('\n').length;
  return aroundPixels + linePixels * Math.max(breaks, Math.ceil(text.length / lettersOfLine));
}

/** How many messages at the end fill a view; at least the last exchange, which may still grow. */
export function tailOf(messages: readonly { text: string }[], viewPixels: number): number {
  let count = 0;
  for (let height = 0; count < messages.length && (height < viewPixels || count < 2); count += 1) {
    height += heightOf(messages[messages.length - 1 - count]?.text ?? '');
  }
  return count;
}

/** Laid out and painted only near to sight; elsewhere as high as it was (`auto`), or as it is guessed to be. */
export const lateStyle = (text: string): CSSProperties => ({
  contentVisibility: 'auto',
  containIntrinsicBlockSize: `auto ${heightOf(text)}px`,
});
