import { expect, test } from 'vitest';
import { referenceOf, repositoryOf, shortName } from './image-reference.ts';

test.each([
  ['nvcr.io/nim/meta/llama:1.8', 'nvcr.io/nim/meta/llama', 'llama'],
  ['nvcr.io/nim/meta/llama', 'nvcr.io/nim/meta/llama', 'llama'],
  ['localhost:5000/lab/nim', 'localhost:5000/lab/nim', 'nim'],
  ['localhost:5000/lab/nim:3@sha256:ab', 'localhost:5000/lab/nim', 'nim'],
  ['ubuntu', 'ubuntu', 'ubuntu'],
])('%s', (reference, repository, short) => {
  expect(repositoryOf(reference)).toBe(repository);
  expect(shortName(reference)).toBe(short);
});

test('an unknown tag is latest', () => {
  expect(referenceOf('a/b', null)).toBe('a/b:latest');
  expect(referenceOf('a/b', '1.2')).toBe('a/b:1.2');
});
