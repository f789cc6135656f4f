import { expect, test } from 'vitest';
import { noTiming } from '../../testing/fake-data.ts';
import { fakeColumnAnswer, fakeComparison, fakeRound, fakeSetup } from '../../testing/sample-comparisons.ts';
import { shownNumbers } from './numbers.tsx';
import { noParameters, parametersOf, textsOf, wrongNumbers } from './parameter-fields.tsx';
import { placesOf } from './places.ts';
import { currentNumber } from './use-shown-round.ts';
import { diffTexts } from './word-diff.tsx';

test('numbers: what nobody says stays unknown, and what is counted here is said as such', () => {
  expect(shownNumbers(noTiming, true)).toEqual({ ttft: null, rate: null, tokens: null, prompt: null, total: null });
  const growing = { ...noTiming, ttftMs: 999.4, pieces: 21, piecesMs: 2_000 };
  expect(shownNumbers(growing, true)).toMatchObject({
    ttft: '999 ms',
    rate: 'about 10.0 tokens/s',
    tokens: 'about 21 tokens',
  });
  // At its end a server that told nothing has told nothing.
  expect(shownNumbers(growing, false)).toMatchObject({ rate: null, tokens: null });
  expect(shownNumbers({ ...growing, tokensPerSecond: 123.4, completionTokens: 1 }, false)).toMatchObject({
    rate: '123 tokens/s',
    tokens: '1 token',
  });
});

test('places: a blind round has its own order, the same before and after the vote and in every window', () => {
  const names = ['a', 'b', 'c', 'd'];
  const setup = fakeSetup(names, { isBlind: true });
  const rounds = Array.from({ length: 30 }, (_, index) =>
    fakeRound(
      index,
      names.map((name) => fakeColumnAnswer(name)),
    ),
  );
  const orders = new Set<string>();
  for (const round of rounds) {
    const masked = placesOf(setup, round);
    const open = placesOf(setup, { ...round, vote: { kind: 'tie' } });
    expect(masked.map(({ name }) => name)).toEqual([null, null, null, null]);
    expect(open.map(({ columnId }) => columnId)).toEqual(masked.map(({ columnId }) => columnId));
    orders.add(open.map(({ name }) => name).join(''));
  }
  expect(orders.size).toBeGreaterThan(5);
  expect(placesOf({ ...setup, isBlind: false }, rounds[0] ?? null).map(({ name }) => name)).toEqual(names);
});

test('places: a round keeps the columns that it was asked with', () => {
  const round = fakeRound(1, [fakeColumnAnswer('old')]);
  expect(placesOf(fakeSetup(['new']), round)).toMatchObject([{ name: 'old', column: null, letter: 'A' }]);
});

test('the round that is shown: the newest; of a running set the one that is being asked', () => {
  const done = (number: number) => fakeRound(number, [fakeColumnAnswer('a'), fakeColumnAnswer('b')], { origin: 'set' });
  const queued = (number: number) =>
    fakeRound(number, [fakeColumnAnswer('a', { state: 'queued' }), fakeColumnAnswer('b', { state: 'queued' })], {
      origin: 'set',
    });
  const setup = fakeSetup(['a', 'b']);
  expect(currentNumber(fakeComparison(setup, []))).toBe(0);
  expect(currentNumber(fakeComparison(setup, [done(1), done(2)]))).toBe(2);
  const half = fakeComparison(setup, [done(1), done(2), queued(3), queued(4), queued(5)], {
    progress: { state: 'running', done: 4, total: 10 },
  });
  expect(currentNumber(half)).toBe(3);
  expect(currentNumber({ ...half, progress: { state: 'running', done: 5, total: 10 } })).toBe(3);
});

test('parameters: empty is the model’s own, a decimal comma counts, what is wrong is named', () => {
  const texts = textsOf({ ...noParameters, topK: 40 });
  expect(parametersOf({ ...texts, temperature: '0,7', seed: '-3' })).toMatchObject({
    temperature: 0.7,
    topP: null,
    seed: -3,
    topK: 40,
    systemPrompt: null,
  });
  expect(wrongNumbers({ ...texts, temperature: '2.1', topP: 'x', maxTokens: '0', seed: '1.5' })).toEqual([
    'temperature',
    'topP',
    'maxTokens',
    'seed',
  ]);
});

test('differences: put together, both texts come out again', () => {
  const [from, to] = ['The cat sat on\nthe mat.', 'The dog sat on\nthe blue mat.'];
  const { parts, isByLine } = diffTexts(from, to);
  expect(isByLine).toBe(false);
  expect(
    parts
      .filter(({ added }) => !added)
      .map(({ value }) => value)
      .join(''),
  ).toBe(from);
  expect(
    parts
      .filter(({ removed }) => !removed)
      .map(({ value }) => value)
      .join(''),
  ).toBe(to);
});
