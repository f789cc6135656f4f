import { expect, test } from 'vitest';
import { growBlocks, noBlocks } from './blocks.ts';
import { mend } from './mend.ts';

test.each([
  ['a **bo', 'a **bo**'],
  ['a **', 'a '],
  ['a **b*', 'a **b**'],
  ['a **b** c', 'a **b** c'],
  ['**a _b', '**a _b_**'],
  ['***x', '***x***'],
  ['~~gon', '~~gon~~'],
  ['snake_ca', 'snake_ca'],
  ['2 * 3', '2 * 3'],
  ['`co', '`co`'],
  ['`` a ` b', '`` a ` b``'],
  ['a `', 'a '],
])('marks within a line: %j', (text, mended) => expect(mend(text)).toBe(mended));

test.each([
  ['see [the pap', 'see the pap'],
  ['see [the paper](https://exa', 'see the paper'],
  ['see [the paper](https://example.com) x', 'see [the paper](https://example.com) x'],
  ['a ![pict', 'a pict'],
  ['a ![picture](https://exa', 'a picture'],
])('a link is its text until its address is complete: %j', (text, mended) => expect(mend(text)).toBe(mended));

test.each([
  ['text $\\frac{a', 'text '],
  ['text \\(a_', 'text '],
  ['it costs $5 and', 'it costs $5 and'],
  ['$$\na\n$', '$$\na\n'],
])('a formula waits for its end, an amount does not: %j', (text, mended) => expect(mend(text)).toBe(mended));

test.each([
  ['| a | b', '| a | b |\n| --- | --- |'],
  ['| a | b |\n', '| a | b |\n| --- | --- |'],
  ['| a | b |\n| --', '| a | b |\n| --- | --- |'],
  ['| a | `x|y` |\n|', '| a | `x|y` |\n| --- | --- |'],
  ['| a | b |\n| --- | --- |\n| **x', '| a | b |\n| --- | --- |\n| **x**'],
])('a table is one from its first line on: %j', (text, mended) => expect(mend(text)).toBe(mended));

test.each([
  ['text\n-', 'text'],
  ['text\n\n#', 'text\n'],
  ['text\n\n1.', 'text\n'],
  ['text\n==', 'text'],
  ['- [', ''],
])('a sign alone is not drawn: %j', (text, mended) => expect(mend(text).trimEnd()).toBe(mended.trimEnd()));

test.each([
  ['```py', '```'],
  ['```py\na\n``', '```py\na'],
  ['```py\na\n```', '```py\na\n```'],
  ['```\na **b', '```\na **b'],
  ['- a\n  ```js\n  x [y', '- a\n  ```js\n  x [y'],
])('code is left as it is, but for half of a fence: %j', (text, mended) => expect(mend(text)).toBe(mended));

/** All that is drawn of a text as text, while it is being written letter by letter. */
function drawnWhileWriting(text: string): string[] {
  let blocks = noBlocks;
  const drawn: string[] = [];
  for (let end = 1; end <= text.length; end += 1) {
    blocks = growBlocks(blocks, text.slice(0, end));
    drawn.push(
      JSON.stringify(
        blocks.shown.map(({ node }) => node),
        (key, value: unknown) => (key === 'position' ? undefined : value),
      ),
    );
  }
  return drawn;
}

test('no sign of Markdown is ever drawn as text', { timeout: 60_000 }, () => {
  const text =
    'A **bold** word, `code`, *more* and [a link](https://example.com/a_b) with ~~all~~.\n\n' +
    '| Name | Value |\n| :--- | ---: |\n| **a** | `1` |\n| b | [c](https://example.com) |\n\n' +
    '1. **One**: x\n2. Two\n   - nested *point*\n\n```js\nconst a = 1;\n```\n\nEnd of \\(x_1\\).\n';
  for (const drawn of drawnWhileWriting(text))
    expect(drawn).not.toMatch(/"type":"text","value":"[^"]*(?:\*|`|\||~~|\]\(|\[|\\\\\()/);
});
