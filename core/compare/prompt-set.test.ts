import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isAppError } from '../../shared/errors.ts';
import { readPromptSet } from './prompt-set.ts';

const two = [
  { prompt: 'What is 2+2?', name: 'sum' },
  { prompt: 'Say "hi", please', name: 'greeting' },
];

test.each([
  ['JSON lines', 'set.jsonl', two.map((each) => JSON.stringify(each)).join('\n')],
  [
    'JSON lines with a mark, CRLF and blank lines',
    'x',
    `\uFEFF${two.map((each) => JSON.stringify(each)).join('\r\n\r\n')}\r\n`,
  ],
  ['a JSON array', 'set.json', JSON.stringify(two)],
  ['CSV', 'set.csv', 'name,prompt\nsum,What is 2+2?\ngreeting,"Say ""hi"", please"\n'],
  [
    'CSV with semicolons and another order',
    'set.csv',
    'Prompt;ID\r\nWhat is 2+2?;sum\r\n"Say ""hi"", please";greeting\r\n',
  ],
  ['CSV with all in quotes', 'set', '"name","prompt"\n"sum","What is 2+2?"\n"greeting","Say ""hi"", please"\n'],
  ['TSV without a telling name', 'prompts', 'name\tquestion\nsum\tWhat is 2+2?\ngreeting\t"Say ""hi"", please"'],
  [
    'messages',
    'chat.jsonl',
    two
      .map(({ prompt, name }) =>
        JSON.stringify({
          id: name,
          messages: [
            { role: 'system', content: 'Be brief' },
            { role: 'user', content: prompt },
          ],
        }),
      )
      .join('\n'),
  ],
])('%s', (_name, fileName, text) => {
  expect(readPromptSet(fileName, text)).toEqual({ prompts: two, skipped: [] });
});

test('strings as JSON lines are no table, whatever stands in them', () => {
  const set = readPromptSet('set.jsonl', '"prompt, short"\n"text; long"');
  expect(set.prompts.map(({ prompt }) => prompt)).toEqual(['prompt, short', 'text; long']);
});

test('a prompt a line, commas and all', () => {
  const text = 'Write a poem, short, about rain\n\nAnd one about snow\n';
  expect(readPromptSet('prompts.txt', text).prompts.map(({ prompt }) => prompt)).toEqual([
    'Write a poem, short, about rain',
    'And one about snow',
  ]);
});

test('a table whose cells hold line ends says the line of what it leaves out', () => {
  const set = readPromptSet('set.csv', 'prompt,name\n"first\nline two",a\n  ,b\nlast,c\n');
  expect(set.prompts.map(({ prompt }) => prompt)).toEqual(['first\nline two', 'last']);
  expect(set.skipped).toEqual([{ line: 4, reason: 'Its prompt is empty.' }]);
});

test('lines that are none are left out and named', () => {
  const set = readPromptSet('set.jsonl', '{"prompt":"good"}\n{broken\n{"answer":42}\n"just words"');
  expect(set.prompts.map(({ prompt }) => prompt)).toEqual(['good', 'just words']);
  expect(set.skipped.map(({ line }) => line)).toEqual([2, 3]);
});

test.each([
  ['nothing', 'a.csv', ''],
  ['a table without prompts', 'a.csv', 'colour,size\nred,3\n'],
  ['only broken lines', 'a.jsonl', '{x\n{y'],
])('%s is refused with the reason', (_name, fileName, text) => {
  expect(() => readPromptSet(fileName, text)).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
});

test('whatever it is given, it answers or refuses by name', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('a.csv', 'a.jsonl', 'a'),
      fc.string({ unit: 'binary', maxLength: 300 }),
      (name, text) => {
        try {
          readPromptSet(name, text);
        } catch (error) {
          expect(isAppError(error, 'BAD_INPUT')).toBe(true);
        }
      },
    ),
    { numRuns: 50, seed: 11 },
  );
}, 30_000);
