import { describe, expect, test } from 'vitest';
import { markHits, parseAnsi, stripAnsi } from './ansi.ts';

const escape = '\u001b';

describe('parseAnsi', () => {
  test('plain text is one span', () => expect(parseAnsi('abc')).toEqual([{ text: 'abc', className: '' }]));

  test('colours and their end', () => {
    expect(parseAnsi(`${escape}[31mERROR${escape}[0m rest`)).toEqual([
      { text: 'ERROR', className: 'text-ansi-red' },
      { text: ' rest', className: '' },
    ]);
  });

  test('bright, bold and combined codes', () => {
    expect(parseAnsi(`${escape}[1;92mok${escape}[22m no${escape}[39m`)).toEqual([
      { text: 'ok', className: 'text-ansi-green font-bold' },
      { text: ' no', className: 'text-ansi-green' },
    ]);
  });

  test('256 and true colours do not leak their parameters', () => {
    expect(parseAnsi(`${escape}[38;5;1ma${escape}[38;2;31;1;4mb${escape}[48;5;31mc`)).toEqual([
      { text: 'a', className: 'text-ansi-red' },
      { text: 'b', className: '' },
      { text: 'c', className: '' },
    ]);
  });

  test('other sequences disappear', () => {
    expect(stripAnsi(`${escape}[2K${escape}[1Aa${escape}]0;title\u0007b${escape}(Bc`)).toBe('abc');
  });

  test('a line that writes over itself shows its last part', () => {
    expect(stripAnsi(' 10%|#  |\r 55%|## |\r100%|###|\r')).toBe('100%|###|');
    expect(parseAnsi('\r')).toEqual([]);
  });
});

describe('markHits', () => {
  const spans = parseAnsi(`${escape}[31mERR${escape}[0mOR error`);

  test('a hit may run over several spans, in any case', () => {
    expect(markHits(spans, 'error').map(({ text, isHit }) => [text, isHit])).toEqual([
      ['ERR', true],
      ['OR', true],
      [' ', false],
      ['error', true],
    ]);
  });

  test('nothing searched for, nothing marked', () => {
    expect(markHits(spans, '').some((span) => span.isHit)).toBe(false);
  });

  test('text is never lost', () => {
    for (const query of ['e', 'rr', 'ror e', 'x', 'error'])
      expect(
        markHits(spans, query)
          .map((span) => span.text)
          .join(''),
      ).toBe('ERROR error');
  });
});
