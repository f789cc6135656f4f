import { expect, it } from 'vitest';
import { titleFrom } from './title.ts';

it.each([
  ['Hello', 'Hello'],
  ['  What\n is\tthis?  ', 'What is this?'],
  [' \n ', 'Untitled'],
  ['word '.repeat(30), `${'word '.repeat(11)}word…`],
  ['👩‍👩‍👧‍👦'.repeat(80), `${'👩‍👩‍👧‍👦'.repeat(60)}…`],
])('%j becomes %j', (text, title) => {
  expect(titleFrom(text)).toBe(title);
});
