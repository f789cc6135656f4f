import { describe, expect, test } from 'vitest';
import { longAnswer } from '../testing/long-answer.ts';
import { growBlocks, noBlocks, readAll, type Blocks } from './blocks.ts';
import { settle } from './references.ts';
import { readCount } from './syntax.ts';

function grow(text: string, step: number): Blocks {
  let blocks = noBlocks;
  for (let end = 0; end <= text.length; end += step) blocks = growBlocks(blocks, text.slice(0, end));
  return settle(growBlocks(blocks, text));
}

/** What is drawn of a tree: offsets differ by where a piece was cut. */
function bare(blocks: Blocks): unknown {
  return JSON.parse(JSON.stringify(blocks.blocks, (key, value: unknown) => (key === 'position' ? undefined : value)));
}

const startsOf = ({ blocks }: Blocks) => blocks.map(({ start }) => start);

// Each has a place where the first characters of a line look like something else than the whole line.
const tricky = [
  'text\n#1 in the list\nmore',
  '- one\n- two\n\n  still two\n\nafter',
  '- one\n#not a heading\n',
  '1. one\n\n2. two\n\n\n3. three\nlazy\n\n---\n\npara\n---\nmore',
  '> quote\nlazy\n-\n- list',
  '```js\nconst a = `\n\n#no heading\n```\n\n    indented\n\n    still\n\nend',
  'a | b\n--|--\n1 | 2\n\nafter\n| c | d |\n',
  '| a | b |\n|:--|--:|\n| 1 | 2 |\n| `x|y` | 3 |\n| 4 |\nlazy | row\n\n> q',
  '~~~\nunclosed\n\n# inside\n',
  '````md\n```\nin\n```\n\n````\n\nafter',
  '<div>\n\n*text*\n\n</div>\n\nend',
  'para\n=\nnext\n===\nlast',
  '[a]: https://example.com\n\n[a] and [b]\n\n[^1] [^2]\n\n[^1]: note\n    more\n\n[b]: https://example.org "T"\n\nend',
  '* a\n\n  * b\n\n    c\n\n* d\n\n\n\ntext\r\n\r\n# CRLF\r\n\r\ntext',
  '- a\n- b\n- c\n1. other\n2. list\n\n   loose\n3. end\n',
  '- [ ] open\n- [x] done\n  - nested\n  - more\n- last\n\n\ntext',
  'The sum:\n$$\n- a\n= b\n$$\nafter \\(x_1\\) and $5 or $6.\n\n\\[\nunclosed\n\nend',
  '```\n\n\na\n\n\n```\ntext',
  '   - a\n   - b\n   - c\n\n      d\n',
];

describe('growBlocks', { timeout: 60_000 }, () => {
  test('letter by letter it reads what the parser reads in the whole', () => {
    for (const text of tricky) expect(bare(grow(text, 1)), text).toEqual(bare(readAll(text)));
  });

  test('so it does in larger steps', () => {
    for (const text of [longAnswer, tricky.join('\n\n')])
      for (const step of [7, 33]) expect(bare(grow(text, step))).toEqual(bare(readAll(text)));
  });

  test('a closed block is never cut otherwise again', () => {
    const text = longAnswer + tricky.join('\n\n');
    let earlier = noBlocks;
    for (let end = 11; end < text.length; end += 11) {
      const now = growBlocks(earlier, text.slice(0, end));
      const closed = startsOf(earlier).filter((_, index, starts) =>
        earlier.text.includes('\n', starts[index + 1] ?? Infinity),
      );
      expect(startsOf(now).slice(0, closed.length)).toEqual(closed);
      earlier = now;
    }
  });

  test('nothing of the text is lost', () => {
    expect(
      grow(longAnswer, 3)
        .blocks.map((block) => block.source)
        .join(''),
    ).toBe(longAnswer);
  });

  test('another text begins anew', () => {
    expect(growBlocks(readAll('# a\n\nb'), 'c').shown.map(({ start }) => start)).toEqual([0]);
  });

  test('what is closed stays the same object, so that it is not drawn again', () => {
    const text = '# a\n\n- one\n- two\n- three\n';
    const before = growBlocks(noBlocks, text);
    const after = growBlocks(before, `${text}- four\n`);
    expect(after.blocks[0]).toBe(before.blocks[0]);
    const [list, longer] = [before.blocks[1]?.node, after.blocks[1]?.node];
    if (list?.type !== 'list' || longer?.type !== 'list') throw new Error('no list');
    expect(longer.children.slice(0, 2)).toEqual(list.children.slice(0, 2));
    expect(longer.children[0]).toBe(list.children[0]);
    expect(longer.children).toHaveLength(4);
  });
});

/** While 480 characters come after so many, 16 at a time. */
function charactersRead(text: string, from: number): number {
  let blocks = readAll(text.slice(0, from));
  const before = readCount();
  for (let end = from; end < from + 480; end += 16) blocks = growBlocks(blocks, text.slice(0, end));
  return readCount() - before;
}

describe('cost', { timeout: 60_000 }, () => {
  const kinds = {
    'an article': longAnswer.repeat(40),
    'one list': '- a point of **some** length, with `code`\n'.repeat(1600),
    'one table': `| a | b |\n|---|---|\n${'| a cell of **some** length | with `code` |\n'.repeat(1400)}`,
    'one block of code': `\`\`\`js\n${'const value = compute(another, thing);\n'.repeat(1600)}`,
    'one quotation': '> a line of a quotation that does not end, with `code`\n'.repeat(1200),
  };

  test.each(Object.entries(kinds))('of %s: what is read for a token does not grow with the length', (_, text) => {
    // In characters that the parser reads, not in time, so that a busy machine does not change it.
    const early = charactersRead(text, 6_000);
    const late = charactersRead(text, 20_000);
    expect(early).toBeGreaterThan(0);
    expect(late).toBeLessThan(early * 2.5);
  });
});
