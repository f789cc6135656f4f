import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
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

test('rows with too many fields or too few are left out and named; empty ones at the end count for nothing', () => {
  const text = 'prompt;name;;\nfirst;a;;\nsecond; and more;b\nthird\nfourth;d\nfifth;e;;;;\nsixth;\n';
  const { prompts, skipped } = readPromptSet('set.csv', text);
  expect(prompts.map(({ prompt }) => prompt)).toEqual(['first', 'fourth', 'fifth', 'sixth']);
  expect(skipped).toEqual([
    { line: 3, reason: 'It has 3 fields where the head has 2. Put quotes around a text that has a “;” in it.' },
    { line: 4, reason: 'It has 1 field where the head has 2. Add the “;” of what is empty.' },
  ]);
});

describe('a quote that is not closed costs its own line, which is named', () => {
  const reason = 'A quotation mark opens in it and is not closed. Close or remove it.';
  const prompts = (text: string) => readPromptSet('set.csv', text).prompts.map(({ prompt }) => prompt);
  const lines = (text: string) => readPromptSet('set.csv', text).skipped.map(({ line }) => line);

  test.each([
    ['up to the end', 'prompt,name\nfirst,a\n\n"second,b\nthird,c\n"fou\nrth",d\n', 4, ['first', 'third', 'fou\nrth']],
    ['up to the next quote', 'prompt,name\r\nfirst,a\r\nsecond,"b\r\nthird,"c"\r\n', 3, ['first', 'third']],
    ['in the last line', 'prompt,name\nfirst,a\nsecond,"b', 3, ['first']],
    ['where there is no head', '"hello\nworld\nand all', 1, ['world', 'and all']],
    ['with other letters before it', 'prompt,name\nGrüße,ä\n“x”,"b\nthird,c\n', 3, ['Grüße', 'third']],
  ])('%s', (_name, text, line, kept) => {
    expect(readPromptSet('set.csv', text).skipped).toEqual([{ line, reason }]);
    expect(prompts(text)).toEqual(kept);
  });

  test('many of them, each by itself', () => {
    const text = `prompt,name\n${'"x,y\n'.repeat(2_000)}last,z\n`;
    expect(lines(text)).toHaveLength(2_000);
    expect(prompts(text)).toEqual(['last']);
  });

  test('one inside of a text is part of it', () => {
    const text = 'prompt,name\nSay "hi" twice,a\n"hi" and more,b\n"a ""quoted""\ntext",c\n5" wide,"d\ne"\n';
    expect(prompts(text)).toEqual(['Say "hi" twice', '"hi" and more', 'a "quoted"\ntext', '5" wide']);
    expect(lines(text)).toEqual([]);
  });

  test('in the head it is said as what it is', () => {
    expect(() => readPromptSet('set.csv', '"prompt,name\nfirst,a\n')).toThrow(
      `The head of the table cannot be read. Line 1: ${reason}`,
    );
  });
});

test('lines that are none are left out and named', () => {
  const set = readPromptSet('set.jsonl', '{"prompt":"good"}\n{broken\n{"answer":42}\n"just words"');
  expect(set.prompts.map(({ prompt }) => prompt)).toEqual(['good', 'just words']);
  expect(set.skipped.map(({ line }) => line)).toEqual([2, 3]);
});

test.each([
  ['nothing', 'a.csv', ''],
  ['a table without prompts', 'a.csv', 'colour,size\nred,3\n'],
  ['a workbook', 'a.xlsx', 'PK\u0003\u0004\u0014\0\u0006\0prompt\nhello'],
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
