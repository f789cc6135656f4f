import { startTransition, useEffect, useState } from 'react';
import { growBlocks, noBlocks, type Blocks } from './blocks.ts';
import type { Turn } from './draw-turns.ts';
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
  /** The finished text that this is of, or comes to be of; null while more comes. */
  whole: string | null;
}

const nothingRead: Reading = { blocks: noBlocks, isSettled: false, whole: null };

/** Of one that is being written, after a pause: what is late comes soon, and never so much that a frame is late for it. */
function pieceOf(late: number): number {
  return Math.min(Math.max(late / 4, 1_000), piece / 2);
}

function read(reading: Reading, text: string, isOpen: boolean): Reading {
  const { blocks, isSettled } = reading;
  if (!isOpen) {
    if (isSettled && blocks.text === text) return reading;
    const known = held.get(text);
    if (known !== undefined) return { blocks: known, isSettled: true, whole: text };
  }
  const known = isSettled ? noBlocks : blocks;
  const from = text.startsWith(known.text) ? known.text.length : 0;
  // A whole article at once would be one long pause; while it is written it comes in small pieces anyway.
  const most = from + (isOpen && from > 0 ? pieceOf(text.length - from) : piece);
  const end = most < text.length ? most : text.length;
  const grown = growBlocks(known, text.slice(0, end));
  if (isOpen || end < text.length) return { blocks: grown, isSettled: false, whole: isOpen ? null : text };
  const settled = settle(grown);
  hold(settled);
  return { blocks: settled, isSettled: true, whole: text };
}

/** So many characters at the end tell another text from one that has grown. */
const looked = 200;

/** A model often begins with a mark (`##`, `**`), which shows nothing: what is waited for is the first word. */
const hasWord = (text: string) => text.length > looked || /[\p{L}\p{N}]/u.test(text);

/** What cannot wait for a turn: the first word of a text, another text, and one that is whole from the beginning. */
function isPressing({ blocks, whole }: Reading, text: string, isOpen: boolean): boolean {
  if (whole !== null) return isOpen || whole !== text;
  const { length } = blocks.text;
  if (!hasWord(blocks.text)) return text !== blocks.text;
  // Asked of each token: whether all of it is the same is looked at when it is read.
  return text.slice(Math.max(0, length - looked), length) !== blocks.text.slice(-looked);
}

/**
 * The blocks of a text: of one that is being written as it grows, when it is its turn to be drawn; of a finished one piece
 * by piece, a few a frame. The first of a text is read at once.
 */
export function useBlocks(text: string, isOpen: boolean, turn: Turn): Reading {
  const [reading, setReading] = useState<Reading>(() => read(nothingRead, text, isOpen));
  let current = reading;
  if (isPressing(reading, text, isOpen)) {
    current = read(reading, text, isOpen);
    setReading(current);
  }
  const isWhole = current.blocks.text === text && (isOpen || current.isSettled);
  useEffect(() => {
    if (isWhole) return undefined;
    const next = () => setReading((before) => read(before, text, isOpen));
    if (isOpen || current.whole === null) {
      turn.ask(next);
      return undefined;
    }
    const timer = setTimeout(() => startTransition(next));
    return () => clearTimeout(timer);
    // Once more after each piece.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [isWhole, current, text, isOpen, turn]);
  return current;
}
