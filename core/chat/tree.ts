/** A message without its texts. Positions ascend in the order of writing, so a parent's is the smaller one. */
export interface TreeNode {
  id: string;
  parentId: string | null;
  position: number;
}

export interface Tree<T extends TreeNode> {
  /** From the beginning to the message; to the newest one of all where it is null or not there. */
  pathTo(leafId: string | null): T[];
  /** The versions of a message, itself among them, in the order of writing. */
  versionsOf(node: T): readonly T[];
  /** The newest message of all that come after it; itself where nothing does. */
  leafUnder(node: T): T;
  get(id: string): T | undefined;
  /** All of them, in the order of writing. */
  readonly written: readonly T[];
}

/**
 * The tree of one conversation. Whatever the records say, each message has one place and none goes in circles: a parent
 * that is not there, or that was not written earlier, is replaced by what was written before.
 * @param nodes in any order
 */
export function treeOf<T extends TreeNode>(nodes: readonly T[]): Tree<T> {
  const written = nodes.toSorted((a, b) => a.position - b.position);
  const byId = new Map<string, T>();
  const parents = new Map<T, T | null>();
  const children = new Map<T | null, T[]>();
  let earlier: T | null = null;
  for (const node of written) {
    const parent: T | null = node.parentId === null ? null : (byId.get(node.parentId) ?? earlier);
    parents.set(node, parent);
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [node]);
    else siblings.push(node);
    byId.set(node.id, node);
    earlier = node;
  }
  const newest = earlier;

  return {
    get: (id) => byId.get(id),
    written,
    pathTo(leafId) {
      const path: T[] = [];
      let node: T | null = (leafId === null ? undefined : byId.get(leafId)) ?? newest;
      while (node !== null) {
        path.push(node);
        node = parents.get(node) ?? null;
      }
      return path.toReversed();
    },
    versionsOf: (node) => children.get(parents.get(node) ?? null) ?? [node],
    leafUnder(node) {
      let leaf = node;
      const open = [node];
      // Not by recursion: a chat may be thousands of messages long.
      for (let next = open.pop(); next !== undefined; next = open.pop()) {
        if (next.position > leaf.position) leaf = next;
        open.push(...(children.get(next) ?? []));
      }
      return leaf;
    },
  };
}
