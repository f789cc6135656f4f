import { memo, useEffect, useMemo, useState } from 'react';
import type { Block, Blocks as ReadBlocks } from './blocks.ts';
import { draw } from './draw.tsx';
import { joinTurns } from './draw-turns.ts';
import { collectReferences, noReferences, refers, type References } from './references.ts';
import type { Node } from './syntax.ts';
import { TurnContext } from './turn-context.ts';
import { useBlocks } from './use-blocks.ts';

interface MarkdownProps {
  text: string;
  /** More of it comes. */
  isOpen?: boolean;
}

/**
 * Markdown as a model wrote it: headings, lists, tables, code with colours, formulas. While more comes only the last block
 * is read and drawn again, so what a token costs does not grow with the text; what is half-written looks like what it
 * will be. At the end, references to what stands elsewhere in the text are resolved.
 */
export function Markdown({ text, isOpen = false }: MarkdownProps) {
  const [turn] = useState(joinTurns);
  useEffect(() => () => turn.leave(), [turn]);
  const { blocks, isSettled } = useBlocks(text, isOpen, turn);
  return (
    <TurnContext value={turn}>
      <Blocks blocks={blocks} isSettled={isSettled} isOpen={isOpen} />
    </TurnContext>
  );
}

interface BlocksProps {
  blocks: ReadBlocks;
  isSettled: boolean;
  isOpen: boolean;
}

const Blocks = memo(function Blocks({ blocks, isSettled, isOpen }: BlocksProps) {
  const references = useMemo(() => (isSettled ? collectReferences(blocks.blocks) : noReferences), [blocks, isSettled]);
  const groups = Array.from({ length: Math.ceil(blocks.shown.length / groupSize) }, (_, index) =>
    blocks.shown.slice(index * groupSize, (index + 1) * groupSize),
  );
  const rest = blocks.text.slice(blocks.drawn);
  return (
    <div className="prose">
      {groups.map((group, index) => (
        <BlockGroup
          key={group[0]?.start ?? 0}
          blocks={group}
          references={references}
          isOpen={isOpen && index === groups.length - 1}
          isLast={index === groups.length - 1}
        />
      ))}
      {rest !== '' && <p className="whitespace-pre-wrap">{rest}</p>}
    </div>
  );
});

// Of a long answer only the last group is looked at for each token, and those in sight. A browser asks of each at every
// frame whether it is: with one for every block that alone took longer than drawing.
const groupSize = 12;

interface BlockGroupProps {
  blocks: readonly Block[];
  references: References;
  isOpen: boolean;
  isLast: boolean;
}

const BlockGroup = memo(
  function BlockGroup({ blocks, references, isOpen, isLast }: BlockGroupProps) {
    return (
      <div className={isLast ? 'blocks' : 'blocks blocks-closed'}>
        {blocks.map((block, index) => (
          <DrawnBlock
            key={block.start}
            block={block}
            references={references !== noReferences && refers(block) ? references : noReferences}
            isOpen={isOpen && index === blocks.length - 1}
          />
        ))}
      </div>
    );
  },
  (before, after) =>
    before.references === after.references &&
    before.isOpen === after.isOpen &&
    before.isLast === after.isLast &&
    before.blocks.length === after.blocks.length &&
    before.blocks.every((block, index) => block === after.blocks[index]),
);

interface DrawnBlockProps {
  block: Block;
  references: References;
  isOpen: boolean;
}

const DrawnBlock = memo(
  function DrawnBlock({ block: { node, source }, references, isOpen }: DrawnBlockProps) {
    if (node === null || node.type === 'definition') return null;
    return (
      <div className={node.type === 'heading' ? 'block-of-text block-of-heading' : 'block-of-text'}>
        {draw(node, { references, open: isOpen ? openLeaf(node, source) : null })}
      </div>
    );
  },
  (before, after) =>
    before.block.node === after.block.node &&
    before.block.source === after.block.source &&
    before.references === after.references &&
    before.isOpen === after.isOpen,
);

/** Code or a formula at the end that is not closed yet. */
function openLeaf(node: Node, source: string): Node | null {
  let leaf = node;
  while ('children' in leaf) {
    const last: Node | undefined = leaf.children.at(-1);
    if (last === undefined) return null;
    leaf = last;
  }
  if (leaf.type === 'code') return /\n[ \t>]*(?:`{3,}|~{3,})[ \t\r]*\s*$/.test(source) ? null : leaf;
  if (leaf.type === 'math') return /(?:\$\$|\\\])[ \t\r]*\s*$/.test(source) && leaf.value !== '' ? null : leaf;
  return null;
}
