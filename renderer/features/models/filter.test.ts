import { describe, expect, test } from 'vitest';
import { fakeModel } from '../../testing/fake-data.ts';
import { fakeMark } from '../../testing/fake-fit.ts';
import { filterModels, noFilters, sizeClass, type ModelFilters } from './filter.ts';

const models = [
  fakeModel('llama-3.1-8b-instruct', { title: 'Llama 3.1 8B Instruct', updatedOn: '2025-01-01' }),
  fakeModel('llama-3.3-70b-instruct', { parametersBillion: 70, updatedOn: '2025-06-01' }),
  fakeModel('bge-m3', {
    publisher: 'baai',
    repository: 'nvcr.io/nim/baai/bge-m3',
    kind: 'embedding',
    parametersBillion: null,
  }),
];
const names = (filters: Partial<ModelFilters>, installed: string[] = []) =>
  filterModels(models, { ...noFilters, ...filters }, (repository) => installed.includes(repository)).map(
    (model) => model.name,
  );

describe('filterModels', () => {
  test('every word of the search must stand somewhere', () => {
    expect(names({ search: 'LLAMA 8b' })).toEqual(['llama-3.1-8b-instruct']);
    expect(names({ search: 'embedding' })).toEqual(['bge-m3']);
    expect(names({ search: 'llama baai' })).toEqual([]);
  });

  test('filters go together', () => {
    expect(names({ kind: 'chat', size: 'large' })).toEqual(['llama-3.3-70b-instruct']);
    expect(names({ publisher: 'baai' })).toEqual(['bge-m3']);
    expect(names({ size: 'unknown' })).toEqual(['bge-m3']);
    expect(names({ isInstalledOnly: true }, ['nvcr.io/nim/baai/bge-m3'])).toEqual(['bge-m3']);
  });

  test('what is on the machine comes first, then what changed last', () => {
    expect(names({}, ['nvcr.io/nim/meta/llama-3.1-8b-instruct'])).toEqual([
      'llama-3.1-8b-instruct',
      'bge-m3',
      'llama-3.3-70b-instruct',
    ]);
  });
});

test('what fits comes before what does not, and can be all that is shown', () => {
  const [small, large, other] = models.map(({ repository }) => repository);
  const marks = new Map(
    [
      fakeMark(small ?? '', { verdict: 'tight' }),
      fakeMark(large ?? '', { verdict: 'does-not-fit', reason: 'too-large' }),
      fakeMark(other ?? '', { verdict: 'unknown', reason: 'need-unknown' }),
    ].map((mark) => [mark.repository, mark]),
  );
  const shown = (isFittingOnly: boolean, known = marks) =>
    filterModels(models, { ...noFilters, isFittingOnly }, () => false, known).map(({ name }) => name);
  expect(shown(false)[0]).toBe('llama-3.1-8b-instruct');
  expect(shown(true)).toEqual(['llama-3.1-8b-instruct']);
  expect(shown(true, new Map())).toHaveLength(3);
});

test.each([
  [null, 'unknown'],
  [0.3, 'small'],
  [5, 'medium'],
  [19.9, 'medium'],
  [20, 'large'],
  [80, 'huge'],
] as const)('%s billion is %s', (billion, size) => expect(sizeClass(billion)).toBe(size));
