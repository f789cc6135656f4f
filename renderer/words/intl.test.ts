import { describe, expect, test } from 'vitest';
import { words } from '../words.ts';
import { counted } from './counted.ts';
import { ago, listed, number, plural } from './intl.ts';
import { chooseLanguage, chooseRegion } from './language.ts';

describe('the language', () => {
  test.each([
    [['de-AT', 'en'], 'de'],
    [['', 'fr-FR', 'en-US'], 'en'],
    [['EN-us'], 'en'],
    [['fr'], 'en'],
    [[], 'en'],
  ])('%j: the first that there is, else English', (wanted, chosen) =>
    expect(chooseLanguage(wanted, ['en', 'de'])).toBe(chosen),
  );
  test.each([
    ['en', ['de-DE', 'en-IN'], 'en-IN'],
    ['en', ['de-DE', 'en'], 'en-GB'],
    ['de', ['en-US'], 'de'],
    ['de', ['de-CH'], 'de-CH'],
  ])('%s for %j writes numbers as %s', (language, wanted, region) =>
    expect(chooseRegion(language, wanted)).toBe(region),
  );
});

test('counts, numbers, lists and times in one way', () => {
  expect(counted(1, 'line', 'lines')).toBe('1 line');
  expect(counted(0, 'line', 'lines')).toBe('0 lines');
  expect(counted(2_000, 'line', 'lines')).toBe('2,000 lines');
  expect(plural(3, { one: '# file of $&', other: '# files of $&' })).toBe('3 files of $&');
  expect(number(0.456, { maximumFractionDigits: 1 })).toBe('0.5');
  const three = { minimumFractionDigits: 3, maximumFractionDigits: 3 };
  expect([-3.0293, -1234.5, 0.5].map((value) => number(value, three))).toEqual([
    '\u22123.029',
    '\u22121,234.500',
    '0.500',
  ]);
  expect([-0, -0.0001].map((value) => number(value, three))).toEqual(['0.000', '0.000']);
  expect(listed(['a', 'b', 'c'])).toMatch(/^a, b,? and c$/);
  expect(ago(5, 'minute')).toBe('5 minutes ago');
  expect(ago(1, 'day')).toBe('1 day ago');
});

/** The texts that stand as they are; those that are made with values are tested where they are shown. */
function plainTexts(value: unknown, path: string): [string, string][] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => plainTexts(inner, `${path}.${key}`));
}

test('no text of the catalogue is missing, or ends in a blank that would be glued to another', () => {
  const texts = plainTexts(words, 'words');
  expect(texts.length).toBeGreaterThan(400);
  expect(texts.filter(([, text]) => text === '' || text !== text.trim())).toEqual([]);
});
