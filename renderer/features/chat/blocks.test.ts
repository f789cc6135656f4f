import { describe, expect, test } from 'vitest';
import { longAnswer } from '../../testing/long-answer.ts';
import { blockTexts, growBlocks, noBlocks, type Blocks } from './blocks.ts';

function grow(text: string, step: number): Blocks {
  let blocks = noBlocks;
  for (let end = 0; end <= text.length; end += step) blocks = growBlocks(blocks, text.slice(0, end));
  return growBlocks(blocks, text);
}

const whole = (text: string) => growBlocks(noBlocks, text);

// Each has a place where the first characters of a line look like something else than the whole line.
const tricky = [
  'text\n#1 in the list\nmore',
  '- one\n- two\n\n  still two\n\nafter',
  '- one\n#not a heading\n',
  '1. one\n\n2. two\n\n\n3. three\nlazy\n\n---\n\npara\n---\nmore',
  '> quote\nlazy\n-\n- list',
  '```js\nconst a = `\n\n#no heading\n```\n\n    indented\n\n    still\n\nend',
  'a | b\n--|--\n1 | 2\n\nafter\n| c | d |\n',
  '~~~\nunclosed\n\n# inside\n',
  '<div>\n\n*text*\n\n</div>\n\nend',
  'para\n=\nnext\n===\nlast',
  '[a]: https://example.com\n\n[a]\n\n[^1]\n\n[^1]: note\n    more\n\nend',
  '* a\n\n  * b\n\n    c\n\n* d\n\n\n\ntext\r\n\r\n# CRLF\r\n\r\ntext',
];

describe('growBlocks', () => {
  test('letter by letter it finds what the parser finds in the whole', () => {
    for (const text of [longAnswer, ...tricky]) expect(grow(text, 1).starts, text).toEqual(whole(text).starts);
  });

  test('so it does in larger steps', () => {
    for (const text of [longAnswer.repeat(2), tricky.join('\n\n')])
      for (const step of [2, 7, 16, 33]) expect(grow(text, step).starts).toEqual(whole(text).starts);
  });

  test('a closed block is never cut otherwise again', () => {
    const text = longAnswer + tricky.join('\n\n');
    let earlier = noBlocks;
    for (let end = 5; end < text.length; end += 5) {
      const now = growBlocks(earlier, text.slice(0, end));
      const closed = earlier.starts.filter((_, index) =>
        earlier.text.includes('\n', earlier.starts[index + 1] ?? Infinity),
      );
      expect(now.starts.slice(0, closed.length)).toEqual(closed);
      earlier = now;
    }
  });

  test('nothing of the text is lost', () => {
    expect(
      blockTexts(grow(longAnswer, 3))
        .map((block) => block.text)
        .join(''),
    ).toBe(longAnswer);
  });

  test('another text begins anew', () => {
    expect(growBlocks(whole('# a\n\nb'), 'c').starts).toEqual([0]);
  });

  test('reading a long answer costs no more at its end than at its beginning', () => {
    const text = longAnswer.repeat(40);
    const cost = (from: number) => {
      let blocks = whole(text.slice(0, from));
      const begin = performance.now();
      for (let end = from; end < from + 1600; end += 16) blocks = growBlocks(blocks, text.slice(0, end));
      return performance.now() - begin;
    };
    cost(0);
    const early = Math.min(cost(0), cost(0), cost(0));
    const late = Math.min(cost(60_000), cost(60_000), cost(60_000));
    // The same stretch of text; a whole parse of what came before would be 40 times as much.
    expect(late).toBeLessThan(early * 8 + 50);
  });
});
