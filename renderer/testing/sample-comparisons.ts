import type { CompareAnswer, CompareRound, Comparison, CompareSetup } from '../../shared/contract/compare.ts';
import type { TargetInfo } from '../../shared/contract/targets.ts';
import { deltaOfAnswer, fakeCompareAnswer, type CompareWorld } from './fake-compare.ts';
import { ago, idOf, noTiming } from './fake-data.ts';
import { longAnswer } from './long-answer.ts';
import { watchable } from './watchable.ts';

export function fakeTarget(name: string, more: Partial<TargetInfo> = {}): TargetInfo {
  return {
    target: { kind: 'nim', nimId: idOf(name) },
    name,
    model: `meta/${name}`,
    state: 'ready',
    status: 'ready',
    gpus: { kind: 'all' },
    capabilities: { chat: true, vision: null, tools: null, reasoning: null, embedding: null, rerank: null },
    corrected: [],
    contextTokens: 131_072,
    ...more,
  };
}

export function fakeSetup(names: readonly string[], more: Partial<CompareSetup> = {}): CompareSetup {
  return {
    title: names.join(', '),
    columns: names.map((name) => ({
      id: `column-${name}`,
      name,
      target: { kind: 'nim', nimId: idOf(name) },
      parameters: null,
    })),
    parameters: { systemPrompt: null, temperature: null, topP: null, maxTokens: null },
    order: 'together',
    isBlind: false,
    ...more,
  };
}

/** An answer of the column that has this name. */
export function fakeColumnAnswer(name: string, more: Partial<CompareAnswer> = {}): CompareAnswer {
  return fakeCompareAnswer(`column-${name}`, { id: `answer-${name}`, name, ...more });
}

export function fakeRound(number: number, answers: CompareAnswer[], more: Partial<CompareRound> = {}): CompareRound {
  return {
    id: `round-${number}`,
    number,
    prompt: 'How does paged attention work?',
    name: null,
    origin: 'typed',
    createdAt: ago(60),
    vote: null,
    note: '',
    answers,
    ...more,
  };
}

export function fakeComparison(
  setup: CompareSetup,
  rounds: CompareRound[],
  more: Partial<Comparison> = {},
): Comparison {
  return {
    id: 'comparison-1',
    title: setup.title,
    createdAt: ago(3_000),
    updatedAt: ago(60),
    setup,
    version: 1,
    rounds: rounds.length,
    sharing: [],
    isAsking: more.progress?.state === 'running',
    progress: { state: 'idle', done: 0, total: 0 },
    // As core sends it: texts come by `compare.follow`.
    latest: rounds.map((round) => ({
      ...round,
      answers: round.answers.map((answer) => ({ ...answer, text: '', reasoning: '' })),
    })),
    ...more,
  };
}

/** Puts a comparison into a fake's world. */
export function setComparison(world: CompareWorld, comparison: Comparison, rounds: CompareRound[]): void {
  const { id, title, createdAt, updatedAt, setup } = comparison;
  world.comparison.set(comparison);
  world.rounds = rounds;
  world.entries.set([
    { id, title, createdAt, updatedAt, columns: setup.columns.length, rounds: comparison.rounds },
    { id: 'comparison-2', title: 'Which one writes SQL?', createdAt, updatedAt: ago(90_000), columns: 2, rounds: 51 },
  ]);
  world.tally = [
    { name: 'llama-3.1-8b-instruct', wins: 14, losses: 6, ties: 3, bothBad: 1 },
    { name: 'qwen3-32b', wins: 6, losses: 14, ties: 3, bothBad: 1 },
  ];
}

const [fast, other, third] = ['llama-3.1-8b-instruct', 'qwen3-32b', 'mixtral-8x7b'] as const;

/** Three columns, of which two share a GPU; one of them failed and one is still being written. */
export function sampleComparison(world: CompareWorld): TargetInfo[] {
  const setup = fakeSetup([fast, other, third], { title: 'Attention, explained' });
  const first = fakeRound(
    1,
    [fast, other, third].map((name) => fakeColumnAnswer(name, { id: `first-${name}`, text: 'Yes.' })),
    {
      prompt: 'Do you know paged attention?',
      vote: { kind: 'tie' },
    },
  );
  const together = { sharedWith: [`column-${other}`] };
  const growing = fakeColumnAnswer(other, {
    state: 'streaming',
    finishReason: null,
    sharedWith: [`column-${fast}`],
    text: longAnswer.slice(0, 900),
    timing: { ...noTiming, ttftMs: 312, pieces: 204, piecesMs: 6_800 },
  });
  const failed = fakeColumnAnswer(third, {
    state: 'failed',
    finishReason: null,
    timing: noTiming,
    failure: { code: 'NIM_NOT_READY', message: 'It is stopped.' },
  });
  const second = fakeRound(2, [fakeColumnAnswer(fast, { ...together, text: longAnswer }), growing, failed]);
  const rounds = [first, second];
  setComparison(
    world,
    fakeComparison(setup, rounds, {
      isAsking: true,
    }),
    rounds,
  );
  world.turns[growing.id] = watchable(deltaOfAnswer(growing));
  const at = ago(200_000);
  world.bin.set([
    { id: 'removed', title: 'First try', createdAt: at, updatedAt: at, columns: 2, rounds: 4, deletedAt: ago(90_000) },
  ]);
  return [fakeTarget(fast), fakeTarget(other), fakeTarget(third, { state: 'startable', status: 'stopped' })];
}

/** Whose answer is whose is not known before the vote. */
export function blindComparison(world: CompareWorld): TargetInfo[] {
  world.turns = {};
  const setup = fakeSetup([fast, other], { title: 'Blind', isBlind: true });
  const rounds = [
    fakeRound(1, [
      fakeColumnAnswer(fast, { text: longAnswer }),
      fakeColumnAnswer(other, { text: longAnswer.slice(0, 700), timing: { ...noTiming, ttftMs: 410, totalMs: 4_100 } }),
    ]),
  ];
  setComparison(world, fakeComparison(setup, rounds), rounds);
  return [fakeTarget(fast), fakeTarget(other)];
}

/** A set of prompts over six columns that was stopped in its middle. */
export function pausedComparison(world: CompareWorld): TargetInfo[] {
  world.turns = {};
  const names = [fast, other, third, 'nemotron-nano-9b', 'gemma-3-12b-it', 'phi-4'];
  const rounds = Array.from({ length: 8 }, (_, index) =>
    fakeRound(
      index + 1,
      names.map((name) =>
        index < 4
          ? fakeColumnAnswer(name, { id: `answer-${index}-${name}`, order: 'in-turn', text: longAnswer.slice(0, 600) })
          : fakeColumnAnswer(name, { id: `answer-${index}-${name}`, state: 'queued', timing: noTiming }),
      ),
      { origin: 'set', name: `case-${index + 1}`, prompt: `Question ${index + 1} of the set` },
    ),
  );
  setComparison(
    world,
    fakeComparison(fakeSetup(names, { title: 'A set of eight', order: 'in-turn' }), rounds, {
      progress: { state: 'paused', done: 24, total: 48 },
    }),
    rounds,
  );
  return names.map((name) => fakeTarget(name));
}
