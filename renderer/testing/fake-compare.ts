import type { TurnDelta } from '../../shared/contract/chat.ts';
import type { Api } from '../../shared/contract/index.ts';
import type { CallOptions } from '../../shared/rpc/contract.ts';
import type {
  CompareAnswer,
  CompareRound,
  Comparison,
  ComparisonEntry,
  RemovedComparison,
  TallyRow,
} from '../../shared/contract/compare.ts';
import { watchable, type Watchable } from './watchable.ts';

/** What the fake's comparisons answer with. */
export interface CompareWorld {
  entries: Watchable<ComparisonEntry[]>;
  bin: Watchable<RemovedComparison[]>;
  comparison: Watchable<Comparison>;
  rounds: CompareRound[];
  /** What answers are being written, by their ids; others are what lies in `rounds`. */
  turns: Record<string, Watchable<TurnDelta>>;
  tally: TallyRow[];
  /** Pieces of a file. */
  exported: string[];
}

export function emptyCompare(): CompareWorld {
  return {
    entries: watchable<ComparisonEntry[]>([]),
    bin: watchable<RemovedComparison[]>([]),
    comparison: watchable<Comparison>(),
    rounds: [],
    turns: {},
    tally: [],
    exported: ['round\n'],
  };
}

export function fakeCompareAnswer(columnId: string, more: Partial<CompareAnswer> = {}): CompareAnswer {
  return {
    id: `answer-${columnId}`,
    columnId,
    name: columnId,
    state: 'done',
    model: 'meta/llama-3.1-8b-instruct',
    finishReason: 'stop',
    timing: {
      ttftMs: 84,
      totalMs: 2_900,
      tokensPerSecond: 61.4,
      promptTokens: 41,
      completionTokens: 172,
      reasoningTokens: null,
      firstTextMs: 84,
      pieces: 172,
      piecesMs: 2_800,
    },
    failure: null,
    order: 'together',
    sharedWith: [],
    text: '',
    reasoning: '',
    ...more,
  };
}

interface Means {
  request: <Input, Output>(
    operation: string,
    answer: (input: Input) => Output,
  ) => (input: Input, options?: CallOptions) => Promise<Output>;
  stream: <Input, Item>(
    operation: string,
    source: (input: Input) => Watchable<Item>,
  ) => (input: Input, options?: CallOptions) => AsyncIterable<Item>;
}

export function deltaOfAnswer(answer: CompareAnswer, more: Partial<TurnDelta> = {}): TurnDelta {
  const { text, reasoning, state, model, finishReason, timing, failure } = answer;
  return {
    textFrom: 0,
    text,
    reasoningFrom: 0,
    reasoning,
    toolCalls: [],
    state: state === 'queued' ? 'waiting' : state,
    model,
    finishReason,
    timing,
    failure,
    validation: null,
    ...more,
  };
}

export function fakeCompareApi(world: CompareWorld, { request, stream }: Means): Api['compare'] {
  const nothing = () => ({});
  return {
    list: stream('compare.list', () => world.entries),
    create: request('compare.create', () => ({ comparisonId: 'comparison-new' })),
    watch: stream('compare.watch', () => world.comparison),
    update: request('compare.update', nothing),
    bin: stream('compare.bin', () => world.bin),
    remove: request('compare.remove', nothing),
    restore: request('compare.restore', nothing),
    erase: request('compare.erase', () => ({ erased: 1 })),
    rounds: request('compare.rounds', ({ from, count }: { from: number; count: number }) => ({
      total: world.rounds.length,
      rounds: world.rounds.slice(from, from + count),
    })),
    send: request('compare.send', () => ({ roundId: 'round-new' })),
    again: request('compare.again', nothing),
    stop: request('compare.stop', nothing),
    follow: stream('compare.follow', ({ answerId }: { answerId: string }) => {
      const held = world.turns[answerId];
      if (held !== undefined) return held;
      const answer = world.rounds.flatMap(({ answers }) => answers).find(({ id }) => id === answerId);
      return watchable(deltaOfAnswer(answer ?? fakeCompareAnswer(answerId)));
    }),
    vote: request('compare.vote', nothing),
    note: request('compare.note', nothing),
    readPrompts: request('compare.readPrompts', ({ text }: { text: string }) => ({
      prompts: text.split('\n').map((prompt) => ({ prompt, name: null })),
      skipped: [],
    })),
    runSet: request('compare.runSet', nothing),
    resume: request('compare.resume', nothing),
    tally: request('compare.tally', () => world.tally),
    async *export() {
      for (const text of world.exported) yield { fileName: 'compared.csv', mediaType: 'text/csv', text };
    },
  };
}
