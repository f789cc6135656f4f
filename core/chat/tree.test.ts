import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { treeOf, type TreeNode } from './tree.ts';

const node = (id: string, parentId: string | null, position: number): TreeNode => ({ id, parentId, position });
const ids = (nodes: readonly TreeNode[]) => nodes.map(({ id }) => id).join(' ');

// q1 ── a1 ── q2 ── a2
//    └─ a1b ── q2b
// q1b (the first question, edited)
const sample = [
  node('q1', null, 1),
  node('a1', 'q1', 2),
  node('q2', 'a1', 3),
  node('a2', 'q2', 4),
  node('a1b', 'q1', 5),
  node('q2b', 'a1b', 6),
  node('q1b', null, 7),
];
const at = (id: string): TreeNode => {
  const found = sample.find((each) => each.id === id);
  if (found === undefined) throw new Error(id);
  return found;
};

test('a path leads from the beginning to the message that was chosen, or to the newest', () => {
  const tree = treeOf(sample);
  expect(ids(tree.pathTo('a2'))).toBe('q1 a1 q2 a2');
  expect(ids(tree.pathTo('q2b'))).toBe('q1 a1b q2b');
  expect(ids(tree.pathTo('a1'))).toBe('q1 a1');
  expect(ids(tree.pathTo(null))).toBe('q1b');
  expect(ids(tree.pathTo('gone'))).toBe('q1b');
  expect(treeOf([]).pathTo(null)).toEqual([]);
});

test('versions stand in the order of writing, and a version leads to the newest that came after it', () => {
  const tree = treeOf(sample);
  expect(ids(tree.versionsOf(at('a1b')))).toBe('a1 a1b');
  expect(ids(tree.versionsOf(at('q1')))).toBe('q1 q1b');
  expect(ids(tree.versionsOf(at('q2')))).toBe('q2');
  expect(tree.leafUnder(at('a1')).id).toBe('a2');
  expect(tree.leafUnder(at('q1')).id).toBe('q2b');
  expect(tree.leafUnder(at('a2')).id).toBe('a2');
});

test('a message whose parent is lost follows what was written before it', () => {
  const tree = treeOf([node('q1', null, 1), node('a1', 'q1', 2), node('q2', 'lost', 3), node('a2', 'q2', 4)]);
  expect(ids(tree.pathTo(null))).toBe('q1 a1 q2 a2');
});

test('a message that claims to follow itself, or a later one, makes no circle', () => {
  const tree = treeOf([node('a', 'a', 1), node('b', 'c', 2), node('c', 'b', 3)]);
  expect(ids(tree.pathTo(null))).toBe('a b c');
});

test('whatever the records say, each message has one place and can be reached by walking versions', () => {
  const id = fc.integer({ min: 0, max: 12 }).map(String);
  const records = fc.uniqueArray(fc.record({ id, parentId: fc.option(id), position: fc.integer({ min: 0, max: 8 }) }), {
    selector: (each) => each.id,
    maxLength: 12,
  });
  fc.assert(
    fc.property(records, (nodes) => {
      const tree = treeOf(nodes);
      for (const each of nodes) {
        const path = tree.pathTo(each.id);
        expect(path.at(-1)).toBe(each);
        expect(new Set(path).size).toBe(path.length);
        expect(tree.versionsOf(each).filter((version) => version === each)).toHaveLength(1);
        expect(tree.pathTo(tree.leafUnder(each).id)).toContain(each);
      }
    }),
  );
});
