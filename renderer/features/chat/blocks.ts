import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';

export interface Blocks {
  text: string;
  /** Where each top-level block begins; the first is 0. */
  starts: readonly number[];
}

export const noBlocks: Blocks = { text: '', starts: [0] };

const options = { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] };

/** Starts of the top-level blocks of a text, each at the beginning of its line, so that an indented block keeps its indent. */
function lex(text: string): number[] {
  const starts = [0];
  for (const node of fromMarkdown(text, options).children) {
    const offset = node.position?.start.offset ?? 0;
    const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
    if (lineStart > (starts.at(-1) ?? 0)) starts.push(lineStart);
  }
  return starts;
}

/**
 * The blocks of a text that has grown: only what may still change is read again, so the cost does not grow with the
 * length. A block is closed once the first line of a later block is complete: before that, what looks like a new block
 * (`#`) may turn out to go on with the one before (`#1 in the list`).
 */
export function growBlocks(earlier: Blocks, text: string): Blocks {
  if (text === earlier.text) return earlier;
  if (!text.startsWith(earlier.text)) return { text, starts: lex(text) };
  let open = earlier.starts.length - 1;
  while (open > 0 && !earlier.text.includes('\n', earlier.starts[open])) open -= 1;
  const from = earlier.starts[open] ?? 0;
  return {
    text,
    starts: [...earlier.starts.slice(0, open), ...lex(text.slice(from)).map((start) => from + start)],
  };
}

/** Blocks are only ever added at the end, so where one begins is what it is. */
export function blockTexts({ text, starts }: Blocks): { start: number; text: string }[] {
  return starts.map((start, index) => ({ start, text: text.slice(start, starts[index + 1] ?? text.length) }));
}
