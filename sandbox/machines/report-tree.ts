/**
 * `nvidia-smi -q` and `-q -x` print one tree in two spellings: what a node is called in each, and what it holds. A node
 * without a tag is missing in the XML, one without a label in the text.
 */
export type ReportNode =
  | { readonly tag: string | null; readonly label: string | null; readonly value: string; readonly textValue?: string }
  | {
      readonly tag: string | null;
      readonly label: string | null;
      readonly children: readonly ReportNode[];
      /** Attributes as they are written. */
      readonly attributes?: string;
    };

/** `textValue`: where the text spells it differently (`0x30` for `30`). */
export function leaf(tag: string | null, label: string | null, value: string | number, textValue?: string): ReportNode {
  return textValue === undefined
    ? { tag, label, value: String(value) }
    : { tag, label, value: String(value), textValue };
}

export function group(tag: string | null, label: string | null, children: readonly ReportNode[]): ReportNode {
  return { tag, label, children };
}

/** Label of a group that has no line of its own in the text: what is in it stands one step to the right. */
export const deeper = '';

export function xmlLines(nodes: readonly ReportNode[], depth = 1): string[] {
  const indent = '\t'.repeat(depth);
  return nodes.flatMap((node) => {
    if (node.tag === null) return 'children' in node ? xmlLines(node.children, depth) : [];
    if ('value' in node) return [`${indent}<${node.tag}>${escaped(node.value)}</${node.tag}>`];
    const attributes = node.attributes === undefined ? '' : ` ${node.attributes}`;
    return [`${indent}<${node.tag}${attributes}>`, ...xmlLines(node.children, depth + 1), `${indent}</${node.tag}>`];
  });
}

/** @param column where the colon stands */
export function textLines(nodes: readonly ReportNode[], column = 55, depth = 0): string[] {
  const indent = '    '.repeat(depth);
  return nodes.flatMap((node) => {
    if (node.label === null) return 'children' in node ? textLines(node.children, column, depth) : [];
    if ('value' in node) return [`${`${indent}${node.label}`.padEnd(column)}: ${node.textValue ?? node.value}`];
    // The processes' block is older than the rest and has its own column.
    const inside = textLines(node.children, node.label === 'Processes' ? 42 : column, depth + 1);
    return node.label === deeper ? inside : [`${indent}${node.label}`, ...inside];
  });
}

function escaped(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
