import { describe, expect, test } from 'vitest';
import { parse, type Node } from './syntax.ts';

type Shape = string | [string, ...Shape[]] | { [kind: string]: string };

function shape(node: Node): Shape {
  if (node.type === 'math') return { math: node.value };
  if (node.type === 'inlineMath') return { formula: node.value };
  if ('value' in node) return node.value;
  return 'children' in node ? [node.type, ...node.children.map(shape)] : [node.type];
}
const read = (text: string) => parse(text).children.map(shape);

describe('within a text', () => {
  test.each<[string, Shape[]]>([
    ['a $x^2$ b', ['a ', { formula: 'x^2' }, ' b']],
    ['公式$x$是', ['公式', { formula: 'x' }, '是']],
    ['\\(a_1 * b_2\\) c', [{ formula: 'a_1 * b_2' }, ' c']],
    ['a $$x$$ b', ['a ', { formula: '\nx' }, ' b']],
    ['a \\[x = 1\\] b', ['a ', { formula: '\nx = 1' }, ' b']],
    ['a $\\$5$ b', ['a ', { formula: '\\$5' }, ' b']],
    ['**$y$**', [['strong', { formula: 'y' }]]],
    ['a $x\ny$ b', ['a ', { formula: 'x\ny' }, ' b']],
  ])('%j', (text, inside) => expect(read(text)).toEqual([['paragraph', ...inside]]));
});

test.each([
  'costs $5 and $10',
  '5$ or 6$',
  '$20k–$30k',
  'US$5 to US$10',
  'from $5 (USD) to 10$.',
  '$HOME and $PATH',
  '$5 million of $6 million$',
  '$ x $',
  'a $`b`$',
])('an amount or a name is no formula: %j', (text) => {
  expect(JSON.stringify(read(text))).not.toContain('formula');
});

test('a dollar sign before a formula is only that', () => {
  expect(read('pay $5 million and $x$')).toEqual([['paragraph', 'pay $5 million and ', { formula: 'x' }]]);
});

test.each(['`$a$`', '\\\\(no\\\\)', 'see \\[1\\] and \\[2\\]', '\\[not a link](b)', '\\$5 and 6\\$'])(
  'escaped or code: %j is none',
  (text) => expect(JSON.stringify(read(text))).not.toContain('formula'),
);

describe('a block of its own', () => {
  test.each<[string, Shape[]]>([
    ['$$\nx\n- c\n= d\n# e\n$$', [{ math: 'x\n- c\n= d\n# e' }]],
    ['\\[\nx\n\\]', [{ math: 'x' }]],
    ['text:\n$$x=1$$\nafter', [['paragraph', 'text:'], { math: 'x=1' }, ['paragraph', 'after']]],
    ['$$ x $$ inline', [['paragraph', { formula: '\nx' }, ' inline']]],
    ['> $$\n> x\n> $$', [['blockquote', { math: 'x' }]]],
    ['- one\n  \\[\n  x\n  \\]', [['list', ['listItem', ['paragraph', 'one'], { math: 'x' }]]]],
    ['$$\nnot closed yet', [{ math: 'not closed yet' }]],
    [
      '$$\nnever closed\n\nafter',
      [
        ['paragraph', '$$\nnever closed'],
        ['paragraph', 'after'],
      ],
    ],
  ])('%j', (text, blocks) => expect(read(text)).toEqual(blocks));
});
