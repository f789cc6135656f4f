import { expect, it } from 'vitest';
import { parseWanted } from './parse-wanted.ts';
import { readMigCards } from './table.ts';

const card = (await readMigCards()).find(({ key }) => key === 'A100-40')!;

it.each([
  [['3g.20gb'], ['3g.20gb']],
  [
    ['9', '14'],
    ['3g.20gb', '2g.10gb'],
  ],
  [['3g,2g'], ['3g.20gb', '2g.10gb']],
  [
    ['2x1g.5gb', '1g.5gb+me'],
    ['1g.5gb', '1g.5gb', '1g.5gb+me'],
  ],
  [['1G.5GB*2'], ['1g.5gb', '1g.5gb']],
])('%j means %j', (words, names) => {
  expect(parseWanted(card, words)).toEqual(names);
});

// A plain 1g exists in two sizes, so its short form means nothing.
it.each(['1g', '5g.20gb', '0x3g', '9x1g.5gb', 'x', '3g.20gb x x', 'constructor'])(
  '%s is refused with what there is',
  (word) => {
    expect(() => parseWanted(card, [word])).toThrow(/is no slice of A100-SXM4-40GB\. There are: 1g\.5gb \(at most 7\)/);
  },
);
