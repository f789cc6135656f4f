import { expect, test } from 'vitest';
import { planAnswer } from './answer-plan.ts';
import { answerOf } from './answer-text.ts';
import { tokenize } from './tokens.ts';

test('tokens are the text, cut at code points and short enough to stream', () => {
  const text = `${answerOf([])}\r\n\tx  y👨‍👩‍👧‍👦é ${'🇩🇪'.repeat(3)}`;
  const tokens = tokenize(text);
  expect(tokens.join('')).toBe(text);
  expect(tokens.every((token) => token.isWellFormed() && token.length <= 8)).toBe(true);
});

const plain = { pictures: [], calls: [], toolResult: null, schema: null, wantsReasoning: null };

const plan = (prompt: string, stop: string[] = [], maxTokens: number | null = null) =>
  planAnswer(
    { model: 'm', isStream: true, includeUsage: false, promptTokens: 10, prompt, maxTokens, stop, ...plain },
    1000,
    'own field',
  );
const textOf = (answer: ReturnType<typeof plan>) => answer.tokens.map((token) => token.text).join('');

test('a stop string may lie across tokens; the first of several counts', () => {
  const answer = plan('/echo alpha beta gamma', ['ta ga', 'gamma']);
  expect(textOf(answer)).toBe('alpha be');
  expect(answer).toMatchObject({ finishReason: 'stop', stopReason: 'ta ga' });
});

test('a stop string after the last allowed token is never reached', () => {
  expect(plan('/echo a b c d e f', ['f'], 2)).toMatchObject({ finishReason: 'length', stopReason: null });
});

test('an answer without a limit ends where the context does', () => {
  const answer = plan('/tokens 5000');
  expect(answer.tokens).toHaveLength(990);
  expect(answer.finishReason).toBe('length');
});

test('words that only look like directives are left alone', () => {
  expect(plan('what is /tokenscount and a/short and /tokens?').directives).toMatchObject({
    tokens: null,
    isShort: false,
  });
});
