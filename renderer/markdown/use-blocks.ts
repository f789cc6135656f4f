import { startTransition, useEffect, useState } from 'react';
import { growBlocks, noBlocks, type Blocks } from './blocks.ts';
import { settle } from './references.ts';

// About what can be read and drawn within a frame; what is on screen first is longer than a window is high.
const piece = 4_000;

/** Read answers, so that one that is scrolled back to is there at once: the last ones used, up to so many characters. */
const heldCharacters = 1_000_000;
const held = new Map<string, Blocks>();

function hold(blocks: Blocks): void {
  held.delete(blocks.text);
  held.set(blocks.text, blocks);
  let characters = [...held.keys()].reduce((sum, text) => sum + text.length, 0);
  for (const text of held.keys()) {
    if (characters <= heldCharacters || held.size === 1) return;
    held.delete(text);
    characters -= text.length;
  }
}

interface Reading {
  blocks: Blocks;
  isSettled: boolean;
}

function read({ blocks, isSettled }: Reading, text: string, isOpen: boolean): Reading {
  if (!isOpen) {
    if (isSettled && blocks.text === text) return { blocks, isSettled };
    const known = held.get(text);
    if (known !== undefined) return { blocks: known, isSettled: true };
  }
  const known = isSettled ? noBlocks : blocks;
  const from = text.startsWith(known.text) ? known.text.length : 0;
  // A whole article at once would be one long pause; while it is written it comes in small pieces anyway.
  const end = from + piece < text.length ? from + piece : text.length;
  const grown = growBlocks(known, text.slice(0, end));
  if (isOpen || end < text.length) return { blocks: grown, isSettled: false };
  const settled = settle(grown);
  hold(settled);
  return { blocks: settled, isSettled: true };
}

/** The blocks of a text: of one that is being written as it grows, of a finished one piece by piece, a few a frame. */
export function useBlocks(text: string, isOpen: boolean): Reading {
  const [reading, setReading] = useState<Reading>(() => read({ blocks: noBlocks, isSettled: false }, text, isOpen));
  const [seen, setSeen] = useState({ text, isOpen });
  let current = reading;
  if (seen.text !== text || seen.isOpen !== isOpen) {
    setSeen({ text, isOpen });
    current = read(reading, text, isOpen);
    setReading(current);
  }
  const isWhole = current.blocks.text === text && (isOpen || current.isSettled);
  useEffect(() => {
    if (isWhole) return undefined;
    const timer = setTimeout(() => startTransition(() => setReading((before) => read(before, text, isOpen))));
    return () => clearTimeout(timer);
    // Once more after each piece.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [isWhole, current, text, isOpen]);
  return current;
}
