import { readToEnd, type Block, type Blocks } from './blocks.ts';
import { parse, type Node } from './syntax.ts';

/** What reaches over blocks: addresses that are named elsewhere, and notes. */
export interface References {
  /** By name as Markdown compares it. */
  addresses: ReadonlyMap<string, { url: string; title: string | null }>;
  /** The number of each note, in the order in which the text refers to them. */
  notes: ReadonlyMap<string, number>;
}

export const noReferences: References = { addresses: new Map(), notes: new Map() };

function visit(node: Node, on: (node: Node) => void): void {
  on(node);
  if ('children' in node) for (const child of node.children) visit(child, on);
}

/** Whether a block refers to what stands in another one. */
export function refers(block: Block): boolean {
  let found = false;
  if (block.node !== null)
    visit(block.node, ({ type }) => {
      found ||=
        type === 'linkReference' ||
        type === 'imageReference' ||
        type === 'footnoteReference' ||
        type === 'footnoteDefinition';
    });
  return found;
}

function namesOf(blocks: readonly Block[]): string[] {
  const lines: string[] = [];
  for (const { node } of blocks) {
    if (node === null) continue;
    visit(node, (each) => {
      // What it leads to does not matter for where it is used; only that there is one.
      if (each.type === 'definition') lines.push(`[${each.label ?? each.identifier}]: <#>`);
      if (each.type === 'footnoteDefinition') lines.push(`[^${each.label ?? each.identifier}]: x`);
    });
  }
  return lines;
}

/**
 * What a block means depends on what is defined anywhere in the text, also below it. When the text is complete, those
 * blocks that may use a definition are read once more with all of them, so that the result is that of reading the
 * whole text at once, without the long pause of doing that.
 */
export function settle(given: Blocks): Blocks {
  const { text } = given;
  const blocks = readToEnd(given);
  const names = namesOf(blocks);
  const whole = (all: readonly Block[]) => ({ text, blocks: all, read: text.length, shown: all, drawn: text.length });
  if (names.length === 0) return whole(blocks);
  const prefix = `${names.join('\n\n')}\n\n`;
  const settled = blocks.map((block) => {
    if (block.node === null || !block.source.includes('[')) return block;
    const node = parse(prefix + block.source).children.find(
      ({ position }) => (position?.start.offset ?? 0) >= prefix.length,
    );
    if (node === undefined || node.type !== block.node.type) return block;
    const read = { ...block, node };
    // Unchanged ones stay the same object, so that they are not drawn again.
    return refers(read) ? read : block;
  });
  return whole(settled);
}

export function collectReferences(blocks: readonly Block[]): References {
  const addresses = new Map<string, { url: string; title: string | null }>();
  const notes = new Map<string, number>();
  for (const { node } of blocks) {
    if (node === null) continue;
    visit(node, (each) => {
      if (each.type === 'definition' && !addresses.has(each.identifier))
        addresses.set(each.identifier, { url: each.url, title: each.title ?? null });
      if (each.type === 'footnoteReference' && !notes.has(each.identifier)) notes.set(each.identifier, notes.size + 1);
    });
  }
  return addresses.size + notes.size === 0 ? noReferences : { addresses, notes };
}
