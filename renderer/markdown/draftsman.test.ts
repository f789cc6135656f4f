import { expect, test } from 'vitest';
import { draw } from './drawing.ts';
import { readMarkup, type Markup } from './markup.ts';
import { typeset } from './typeset.ts';

function* all(markup: readonly Markup[]): Generator<Exclude<Markup, string>> {
  for (const each of markup) {
    if (typeof each === 'string') continue;
    yield each;
    yield* all(each.children);
  }
}

const text = (markup: readonly Markup[]): string =>
  markup.map((each) => (typeof each === 'string' ? each : text(each.children))).join('');

test('code becomes lines of tokens that say what they are', { timeout: 60_000 }, async () => {
  const reply = await draw({ kind: 'code', code: 'def f(a):\n    return "x"  # why', language: 'python' });
  if (reply?.kind !== 'code') throw new Error('no code');
  expect(reply.lines.map((line) => line.map(([piece]) => piece).join(''))).toEqual([
    'def f(a):',
    '    return "x"  # why',
  ]);
  const kinds = Object.fromEntries(reply.lines.flat().map(([piece, kind]) => [piece.trim(), kind]));
  expect(kinds).toMatchObject({ f: 'function', return: 'keyword', '"x"': 'string' });
  expect(reply.lines.flat().find(([piece]) => piece.includes('why'))?.[1]).toBe('comment');
});

test('a formula becomes elements, once seen and once for screen readers', () => {
  const markup = typeset('\\frac{a}{b} < c', false);
  if (markup === null) throw new Error('no formula');
  const tags = [...all(markup)].map(({ tag }) => tag);
  expect(tags).toContain('mfrac');
  expect(text(markup)).toContain('\\frac{a}{b} < c');
  expect([...all(markup)].some(({ style }) => style['height'] !== undefined)).toBe(true);
});

// What KaTeX draws by styles, sizes, pictures, addresses and attributes of the formula's own.
const hostile = [
  '\\href{javascript:alert(1)}{x}',
  '\\url{https://evil.example/}',
  '\\includegraphics{https://evil.example/x.png}',
  '\\htmlStyle{background:url(https://evil.example)}{x}',
  '\\htmlClass{fixed inset-0}{x}',
  '\\htmlId{root}{x}',
  '\\htmlData{x=y}{z}',
  '\\color{url(https://evil.example)}{x}',
  '\\colorbox{red}{\\fbox{x}}',
  '\\text{<script>alert(1)</script><img src=x onerror=alert(1)>}',
  '\\rule{9999em}{9999em}',
];

test.each(hostile)('%s: nothing that loads, leads anywhere or runs', (tex) => {
  const markup = typeset(tex, true) ?? [];
  for (const { tag, attributes, style } of all(markup)) {
    expect(tag).not.toMatch(/^(?:a|img|script|style|iframe|link|object|image|use)$/i);
    for (const name of Object.keys(attributes)) expect(name).not.toMatch(/^(?:on|href|src|id|data-|style)/i);
    expect(JSON.stringify(style)).not.toMatch(/url|javascript|9999/i);
  }
});

test('a macro ends with its formula, and one without end is given up', () => {
  typeset('\\gdef\\own{x}', false);
  expect(typeset('\\own', false)).toBeNull();
  expect(typeset('\\def\\a{\\a\\a}\\a', false)).toBeNull();
  expect(typeset('\\frac{a', false)).toBeNull();
  expect(typeset('x'.repeat(10_000), false)).toBeNull();
});

test('markup that is not well-formed is none', () => {
  expect(readMarkup('<span>a</math>')).toEqual([]);
  expect(readMarkup('<span>a')).toEqual([]);
  expect(readMarkup('<script>a<span>b</span></script><span>c</span>')).toEqual([
    { tag: 'span', attributes: {}, style: {}, children: ['c'] },
  ]);
});
