import { mend } from './mend.ts';
import { parse, type Node, type NodeOf } from './syntax.ts';

export interface Block {
  /** Where it begins in the text: the beginning of a line, so that an indented block keeps its indent. */
  start: number;
  /** Its Markdown, up to where the next one begins. */
  source: string;
  node: Node | null;
  /** Of a list: where each item begins in the text. */
  items: readonly number[];
}

export interface Blocks {
  text: string;
  /** What the text is made of, up to its last complete line. */
  blocks: readonly Block[];
  /** How much of the text these were read from. */
  read: number;
  /** The same as it is drawn while more comes: what is half-written at the end is drawn as what it will be. */
  shown: readonly Block[];
  /** How much of the text that covers; the rest was not looked at yet, because its block is very large. */
  drawn: number;
}

export const noBlocks: Blocks = { text: '', blocks: [], read: 0, shown: [], drawn: 0 };

// Chosen so that reading anew costs at most some milliseconds at 200 tokens a second: a tail above this size is read
// again only when it has grown by a part of itself, so the cost of a token stays the same however long it gets.
const largeTail = 6_000;
const growthPart = 1 / 40;

/** What was read last: mended or not, most ends of a text are the same. */
let last: { text: string; offset: number; blocks: readonly Block[] } = { text: '', offset: 0, blocks: [] };

/** Each top-level block of a piece of text that begins at `offset` of the whole. */
function lex(text: string, offset: number): readonly Block[] {
  if (text !== last.text || offset !== last.offset) last = { text, offset, blocks: lexAnew(text, offset) };
  return last.blocks;
}

function lexAnew(text: string, offset: number): Block[] {
  const blocks: Block[] = [];
  for (const node of parse(text).children) {
    const at = node.position?.start.offset ?? 0;
    const start = blocks.length === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
    const items =
      node.type === 'list' ? node.children.map((item) => offset + lineStart(text, item.position?.start.offset)) : [];
    blocks.push({ start: offset + start, source: '', node, items });
  }
  if (blocks.length === 0 && text !== '') blocks.push({ start: offset, source: '', node: null, items: [] });
  return blocks.map((block, index) => ({
    ...block,
    source: text.slice(block.start - offset, (blocks[index + 1]?.start ?? Infinity) - offset),
  }));
}

function lineStart(text: string, at = 0): number {
  return at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
}

/** How the end of an open block is read without reading the whole block. */
interface Cut {
  /** Where what must be read again begins. */
  from: number;
  /** What must stand before it to be read rightly. */
  prefix: string;
  /** The whole block of what is kept and what was read. */
  join: (tail: Node, source: string) => Node | null;
  /** Of a list: the items that are kept. */
  items: readonly number[];
}

/** A list is cut at its last item, a table at its last row, code at its last line: what comes before cannot change any more. */
function cut(block: Block): Cut | null {
  const { node, source, start } = block;
  if (node?.type === 'list') return cutList(node, block);
  if (node?.type === 'table') {
    const rows = afterLine(source, 2);
    const lastRow = source.lastIndexOf('\n', source.length - 2) + 1;
    if (lastRow <= rows) return null;
    const kept = node.children.slice(0, -1);
    if (!/^\s*\S/.test(source.slice(lastRow)) || kept.length < 2) return null;
    return {
      from: start + lastRow,
      prefix: source.slice(0, rows),
      join: (tail) => (tail.type === 'table' ? { ...tail, children: [...kept, ...tail.children.slice(1)] } : null),
      items: [],
    };
  }
  if (node?.type === 'code') return cutCode(node, block);
  return null;
}

function cutList(node: NodeOf<'list'>, { source, start, items }: Block): Cut | null {
  // One whose first line is not complete may yet turn out to belong to the one before.
  const count = source.includes('\n', (items.at(-1) ?? start) - start) ? items.length - 1 : items.length - 2;
  const from = items[count];
  if (from === undefined || count < 1) return null;
  const kept = node.children.slice(0, count);
  // A blank line between two items makes a list a loose one; those within the last item are seen anew.
  const isSpread = items.slice(1, count + 1).some((item) => isBlankBefore(source, item - start));
  return {
    from,
    prefix: '',
    join: (tail) =>
      tail.type === 'list'
        ? { ...node, spread: isSpread || tail.spread === true, children: [...kept, ...tail.children] }
        : null,
    items: items.slice(0, count),
  };
}

/** @param at the beginning of a line */
function isBlankBefore(source: string, at: number): boolean {
  const line = source.slice(source.lastIndexOf('\n', at - 2) + 1, at);
  return at > 0 && /^[ \t>\r]*\n$/.test(line);
}

const endsBlank = /\n[ \t]*\r?\n\s*$/;
const fence = /^ {0,3}(`{3,}|~{3,})/;

function cutCode(node: NodeOf<'code'>, { source, start }: Block): Cut | null {
  // The parser trims line ends of the end of code, which a carriage return makes different ones.
  if (!fence.test(source) || source.includes('\r') || isClosedFence(source)) return null;
  const first = afterLine(source, 1);
  const lastLine = source.lastIndexOf('\n', source.length - 1) + 1;
  if (lastLine <= first) return null;
  const keptLines = source.slice(first, lastLine).split('\n').length - 1;
  const kept = node.value.split('\n').slice(0, keptLines).join('\n');
  return {
    from: start + lastLine,
    prefix: source.slice(0, first),
    join(tail, tailSource) {
      if (tail.type !== 'code') return null;
      const isComplete = tailSource === '' || isClosedFence(`${source.slice(0, first)}${tailSource.split('\n', 1)[0]}`);
      return { ...tail, value: isComplete ? kept : `${kept}\n${tail.value}` };
    },
    items: [],
  };
}

function afterLine(source: string, count: number): number {
  let at = 0;
  for (let line = 0; line < count; line += 1) {
    const end = source.indexOf('\n', at);
    if (end === -1) return source.length;
    at = end + 1;
  }
  return at;
}

/** @param source of a block of code that begins with a fence */
export function isClosedFence(source: string): boolean {
  const opener = fence.exec(source)?.[1];
  if (opener === undefined) return true;
  const closer = new RegExp(`\\n[ \\t>]*${opener[0]}{${opener.length},}[ \\t\\r]*\\s*$`);
  return closer.test(source);
}

function readTail(text: string, open: Block | undefined, isMended: boolean): readonly Block[] {
  const from = open?.start ?? 0;
  const found = open === undefined ? null : cut(open);
  if (open === undefined || found === null) {
    const tail = text.slice(from);
    return lex(isMended ? mend(tail) : tail, from);
  }
  const tail = text.slice(found.from);
  const whole = found.prefix + (isMended ? mendAfter(found.prefix, tail) : tail);
  const [first, ...others] = lex(whole, found.from - found.prefix.length);
  const tailSource = first?.source.slice(found.prefix.length) ?? '';
  const node = first === undefined || first.node === null ? null : found.join(first.node, tailSource);
  // Cannot happen by the rules of Markdown; reading all of it is always right.
  if (first === undefined || node === null) return lex(isMended ? mend(text.slice(from)) : text.slice(from), from);
  const keptSource = text.slice(open.start, found.from);
  return [
    {
      start: open.start,
      source: keptSource + tailSource,
      node,
      items: node.type === 'list' ? [...found.items, ...first.items] : [],
    },
    ...others,
  ];
}

function mendAfter(prefix: string, tail: string): string {
  const mended = mend(prefix + tail);
  return mended.startsWith(prefix) ? mended.slice(prefix.length) : tail;
}

/** A text as a whole. */
export function readAll(text: string): Blocks {
  const blocks = lex(text, 0);
  return { text, blocks, read: text.length, shown: blocks, drawn: text.length };
}

/**
 * The blocks of a text that has grown: only what may still change is read again, so the cost does not grow with the
 * length. A block is closed once the first line of a later block is complete: before that, what looks like a new block
 * (`#`) may turn out to go on with the one before (`#1 in the list`).
 */
export function growBlocks(earlier: Blocks, text: string): Blocks {
  if (text === earlier.text) return earlier;
  if (!text.startsWith(earlier.text)) return growBlocks(noBlocks, text);
  const { blocks: held, read, drawn } = earlier;
  const { block, closed } = openBlock(earlier);
  const tail = text.length - (block === undefined ? 0 : (cut(block)?.from ?? block.start));
  if (drawn > 0 && tail > largeTail && text.length - drawn < tail * growthPart) return { ...earlier, text };
  const shown = [...closed, ...readTail(text, block, true)];
  // Only the end of a line can close a block.
  if (!text.includes('\n', read)) return { text, blocks: held, read, shown, drawn: text.length };
  const blocks = [...closed, ...readTail(text, block, false)];
  return { text, blocks, read: text.length, shown, drawn: text.length };
}

/** When nothing more comes: what the text is made of, with nothing mended. */
export function readToEnd(earlier: Blocks): readonly Block[] {
  if (earlier.read === earlier.text.length) return earlier.blocks;
  const { block, closed } = openBlock(earlier);
  return [...closed, ...readTail(earlier.text, block, false)];
}

/** What may still change, and what comes before it. */
function openBlock({ text, blocks, read }: Blocks): { block: Block | undefined; closed: readonly Block[] } {
  let open = blocks.length - 1;
  while (open > 0 && !text.slice(blocks[open]?.start, read).includes('\n') && !isOver(blocks[open - 1])) open -= 1;
  return { block: blocks[open], closed: blocks.slice(0, Math.max(0, open)) };
}

/** Whether whatever comes belongs to another block, even when that one's first line is not complete yet. */
function isOver(block: Block | undefined): boolean {
  if (block === undefined || block.node === null) return false;
  const { node, source } = block;
  if (node.type === 'thematicBreak' || node.type === 'html') return true;
  if (node.type === 'code') return fence.test(source) && isClosedFence(source);
  if (node.type === 'heading' && /^ {0,3}#/.test(source)) return true;
  return endedByBlank.has(node.type) && endsBlank.test(source);
}

/** A list, a note and a definition may go on after a blank line. */
const endedByBlank: ReadonlySet<Node['type']> = new Set(['heading', 'paragraph', 'table', 'blockquote', 'math']);
