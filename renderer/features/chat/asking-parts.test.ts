import { describe, expect, test } from 'vitest';
import { noTiming } from '../../testing/fake-data.ts';
import { words } from '../../words.ts';
import { canGoOn, liveRate } from './answer-footer.tsx';
import { withArgument } from './answer-notes.tsx';
import { readFile, sizeToSend } from './attach.ts';
import { type Extras, plainParameters } from './drafts.ts';
import { draftOf, errorsOf, parametersOf } from './parameter-draft.ts';
import { isBuiltIn, runBuiltIn } from './tools/built-in.ts';
import { calculate } from './tools/calculate.ts';
import { readDefinition } from './tools/definition.ts';
import { readSchema } from './tools-dialog.tsx';
import { askedWith } from './use-asking.ts';

describe('calculate', () => {
  test.each([
    ['2 + 3 * 4', 14],
    ['(2 + 3) * 4', 20],
    ['-2 ^ 2', -4],
    ['2 ^ 3 ^ 2', 512],
    ['7 % 4 - 1.5', 1.5],
    ['1e3 ÷ 8 × 2', 250],
  ])('%s', (sum, value) => expect(calculate(sum)).toBe(value));

  test.each(['', '2 +', '(1', '1 / 0', 'alert(1)', '2 3', '9 ^ 9 ^ 9', '('.repeat(100_000)])('refuses “%.20s”', (sum) =>
    expect(() => calculate(sum)).toThrow(),
  );
});

describe('built-in tools', () => {
  const call = (name: string, asked: string) => runBuiltIn({ id: 'c', name, arguments: asked });

  test('answer, and say what is wrong with a call', () => {
    expect(call('calculate', '{"expression":"6*7"}')).toEqual({
      callId: 'c',
      name: 'calculate',
      content: '42',
      isError: false,
    });
    expect(call('calculate', '{"expression":"process.exit()"}').isError).toBe(true);
    expect(call('calculate', 'no JSON').isError).toBe(true);
    expect(call('random_number', '{"from":3,"to":3}').content).toBe('3');
    expect(call('random_number', '{"from":3,"to":2}').isError).toBe(true);
    expect(call('current_time', '').content).toContain('"zone"');
    expect(call('toString', '{}').isError).toBe(true);
    expect(isBuiltIn('toString')).toBe(false);
  });
});

test('a definition is read bare and wrapped, and nothing else', () => {
  const tool = { name: 'look_up', description: null, parameters: { type: 'object' } };
  expect(readDefinition('{"name":"look_up","parameters":{"type":"object"}}')).toEqual({ tool });
  expect(
    readDefinition('{"type":"function","function":{"name":"look_up","strict":true,"parameters":{"type":"object"}}}'),
  ).toEqual({ tool });
  expect(readDefinition('{')).toEqual({ problem: 'json' });
  expect(readDefinition('{"name":"look up"}')).toEqual({ problem: 'shape' });
  expect(readSchema('[]')).toBeNull();
  expect(readSchema('{"type":"object"}')).toEqual({ type: 'object' });
});

test('pictures keep their shape, and small ones their size', () => {
  expect(sizeToSend({ width: 4032, height: 3024 })).toEqual({ width: 1536, height: 1152 });
  expect(sizeToSend({ width: 800, height: 600 })).toEqual({ width: 800, height: 600 });
  expect(sizeToSend({ width: 100_000, height: 1 })).toEqual({ width: 1536, height: 1 });
});

test('a text file is taken; bytes and what is too long are refused by name', async () => {
  const read = await readFile(new File(['grüße'], 'notes.md', { type: 'text/markdown' }));
  expect(read).toMatchObject({ attachment: { kind: 'text', data: 'grüße', name: 'notes.md' }, resizedFrom: null });
  expect(await readFile(new File([new Uint8Array([0xff, 0xfe, 0])], 'a.bin'))).toEqual({
    problem: words.asking.refusals.notText('a.bin'),
  });
  expect(await readFile(new File(['x'.repeat(600_000)], 'big.log'))).toEqual({
    problem: words.asking.refusals.tooLong('big.log'),
  });
});

test('parameters go through the form and come back; what is not set is not there', () => {
  expect(parametersOf(draftOf(plainParameters))).toEqual(plainParameters);
  const all = {
    ...plainParameters,
    seed: -3,
    stop: ['END', '--'],
    topK: 5,
    presencePenalty: -1.5,
    reasoning: 'off',
  } as const;
  expect(parametersOf(draftOf({ ...all, stop: [...all.stop] }))).toEqual(all);
  const wrong = { ...draftOf(plainParameters), stop: 'x'.repeat(300) };
  expect(errorsOf({ ...wrong, numbers: { ...wrong.numbers, topK: '0', frequencyPenalty: '3' } })).toEqual({
    numbers: ['topK', 'frequencyPenalty'],
    hasStopError: true,
  });
});

test('what is not chosen is not sent', () => {
  const target = { kind: 'hosted', model: 'a/b' } as const;
  const tool = { name: 'look_up', description: null, parameters: {} };
  const extras: Extras = { tools: [], toolChoice: 'required', isAutomatic: false, format: null };
  const asked = { parameters: plainParameters, allTools: [tool] };
  expect(askedWith(target, { ...asked, extras })).toEqual({ target, parameters: plainParameters });
  expect(askedWith(target, { ...asked, extras: { ...extras, tools: ['look_up', 'gone'] } })).toMatchObject({
    tools: [tool],
    toolChoice: 'required',
  });
});

test('a missing argument comes behind those that are there', () => {
  const argument = { variable: 'NIM_PASSTHROUGH_ARGS', value: '--b' };
  expect(withArgument([], argument)).toEqual([{ name: 'NIM_PASSTHROUGH_ARGS', value: '--b' }]);
  expect(
    withArgument(
      [
        { name: 'NIM_PASSTHROUGH_ARGS', value: '--a ' },
        { name: 'X', value: '1' },
      ],
      argument,
    ),
  ).toEqual([
    { name: 'X', value: '1' },
    { name: 'NIM_PASSTHROUGH_ARGS', value: '--a --b' },
  ]);
});

test('which answers can go on, and what a rate is made of', () => {
  const turn = {
    text: 'half',
    reasoning: '',
    model: null,
    finishReason: null,
    timing: noTiming,
    failure: null,
    toolCalls: [],
    validation: null,
  };
  expect(canGoOn({ ...turn, state: 'stopped' })).toBe(true);
  expect(canGoOn({ ...turn, state: 'failed', text: '' })).toBe(false);
  expect(canGoOn({ ...turn, state: 'done', finishReason: 'length' })).toBe(true);
  expect(canGoOn({ ...turn, state: 'done', finishReason: 'stop' })).toBe(false);
  expect(liveRate({ ...noTiming, pieces: 3, piecesMs: 100 })).toBeNull();
  expect(liveRate({ ...noTiming, pieces: 101, piecesMs: 1_000 })).toBe(words.asking.live('100 tokens/s'));
});
