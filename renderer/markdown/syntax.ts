import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { mathsSyntax, mathsTree } from './maths.ts';

export type Tree = ReturnType<typeof fromMarkdown>;
export type Node = Tree['children'][number];
export type NodeOf<Type extends Node['type']> = Extract<Node, { type: Type }>;

const options = { extensions: [gfm(), mathsSyntax()], mdastExtensions: [gfmFromMarkdown(), mathsTree()] };

/** Markdown (CommonMark, GitHub's tables, task lists, footnotes and strike-through, formulas) as a tree; offsets in UTF-16 units. */
export function parse(text: string): Tree {
  characters += text.length;
  return fromMarkdown(text, options);
}

let characters = 0;

/** How many characters were read so far: what an answer costs, whatever else the machine does. */
export const readCount = (): number => characters;
