import { describe, expect, test } from 'vitest';
import { matchWords, wordsOf } from './fuzzy.ts';

/** The parts of the label that are drawn bold; null: not found. */
function bold(label: string, query: string, more: { detail?: string; also?: string } = {}): string[] | null {
  const match = matchWords({ label, ...more }, wordsOf(query));
  return match === null ? null : match.label.map(([from, to]) => label.slice(from, to));
}

test.each([
  ['Llama 3.1 8B', 'llama', ['Llama']],
  ['Llama 3.1 8B', '8b llama', ['Llama', '8B']],
  ['llama-3.1-8b-instruct', '3.1-8b', ['3.1-8b']],
  ['Run Nemotron', 'nemo', ['Nemo']],
  ['Nano nemotron', 'ne', ['ne']],
  ['llama-3.1-8b', 'llm8', ['ll', 'm', '8']],
  ['llama-of-somebody-3.1-8b', 'llm8', null],
  ['Open the log', 'opnlog', ['Op', 'n', 'log']],
  ['Open the log', 'xyz', null],
  ['Aaaaaaaaaaaaaaaaaaaaaab', 'abz', null],
  ['Scattered over a very long text indeed', 'sdi', null],
  ['abab', 'ab ab', ['ab']],
] as const)('%s for “%s”', (label, query, parts) => {
  const found = bold(label, query);
  if (parts === null) expect(found).toBeNull();
  else expect(found).toEqual([...parts]);
});

test('what is not in the label is looked for behind it, and marked there', () => {
  const match = matchWords({ label: 'Open stage', detail: 'Ready · llama', also: 'secret' }, wordsOf('stage llama'));
  expect(match?.detail).toEqual([[8, 13]]);
  expect(bold('Open stage', 'secret', { also: 'secret words' })).toEqual([]);
  expect(bold('Open stage', 'nothing', { detail: 'Ready', also: 'secret' })).toBeNull();
});

describe('the better place comes first', () => {
  const score = (label: string, query: string, more = {}) =>
    matchWords({ label, ...more }, wordsOf(query))?.score ?? Number.NEGATIVE_INFINITY;
  test.each([
    ['start of the text, start of a word', 'log', 'Log of stage', 'Open the log'],
    ['start of a word, inside of one', 'log', 'Open the log', 'Catalogue'],
    ['a whole word, the start of one', 'run', 'Do run it', 'Do running it'],
    ['together, scattered', 'nim', 'A nimble one', 'New item m'],
  ])('%s', (_what, query, better, worse) => expect(score(better, query)).toBeGreaterThan(score(worse, query)));
  test('label, detail', () =>
    expect(score('Llama', 'llama')).toBeGreaterThan(score('Open stage', 'llama', { detail: 'llama' })));
});
