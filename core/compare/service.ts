import { randomUUID } from 'node:crypto';
import type { TurnDelta } from '../../shared/contract/chat.ts';
import type {
  CompareAnswer,
  CompareColumn,
  CompareRound,
  Comparison,
  ComparisonEntry,
  PromptOfSet,
  RemovedComparison,
} from '../../shared/contract/compare.ts';
import type { GpuReport } from '../../shared/contract/gpu.ts';
import type { Api } from '../../shared/contract/index.ts';
import { AppError } from '../../shared/errors.ts';
import type { CoreDeps } from '../deps.ts';
import { isFinal } from '../chat/answer.ts';
import { deltaOf } from '../chat/asking.ts';
import type { Asker } from '../chat/asker.ts';
import type { GpuService } from '../gpu/service.ts';
import { createValue, type Value } from '../lib/value.ts';
import type { NimsService } from '../nims/service.ts';
import { createBin } from '../store/bin.ts';
import type { Store } from '../store/store.ts';
import { exportComparison } from './export.ts';
import { createRunner } from './runner.ts';
import { sharingColumns } from './sharing.ts';
import { createCompareStore, queuedAnswer } from './store.ts';
import { tallyOf } from './tally.ts';

export interface CompareService {
  api: Api['compare'];
  close(): Promise<void>;
}

export interface CompareParts {
  store: Store;
  asker: Asker;
  nims: Pick<NimsService, 'api'>;
  gpu: Pick<GpuService, 'api'>;
}

/** What a page shows at once; the others are read in windows. */
const shownRounds = 20;
/** A driver in trouble must not keep an answer waiting: then devices are told apart by their names alone. */
const gpuMs = 2_000;

export async function createCompareService(deps: CoreDeps, parts: CompareParts): Promise<CompareService> {
  const { asker, nims, gpu } = parts;
  const store = createCompareStore(parts.store);
  const closing = new AbortController();
  const list = createValue<ComparisonEntry[] | null>(null);
  const removed = createValue<RemovedComparison[] | null>(null);
  /** Counts what happened to a comparison that somebody watches. */
  const versions = new Map<string, { value: Value<number>; readers: number }>();
  let latestGpus: GpuReport | null = null;

  const note = (error: unknown) =>
    deps.log.error('compare.failed', { error: error instanceof Error ? String(error.stack) : String(error) });

  function changed(id: string): void {
    const version = versions.get(id)?.value;
    version?.set(version.get() + 1);
  }

  async function relist(): Promise<void> {
    const [entries, inBin] = await Promise.all([store.list(), store.removed()]);
    list.set(entries);
    removed.set(inBin);
  }

  async function sharing(columns: readonly CompareColumn[]): Promise<string[][]> {
    if (columns.filter(({ target }) => target.kind === 'nim').length < 2) return [];
    const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(gpuMs)]);
    latestGpus = await gpu.api.read({}, { signal }).catch(() => latestGpus);
    return groupsNow(columns);
  }

  async function groupsNow(columns: readonly CompareColumn[]): Promise<string[][]> {
    for await (const { nims: known } of nims.api.watch({}, { signal: AbortSignal.timeout(gpuMs) })) {
      return sharingColumns(columns, known, latestGpus);
    }
    return [];
  }

  const runner = createRunner({ store, asker, sharing, changed, report: note });
  await store.settle(null, 'interrupted');
  const bin = createBin({
    store: parts.store,
    table: 'comparisons',
    now: deps.now,
    onErased: () => void relist().catch(note),
  });
  await bin.eraseOld();

  async function snapshot(id: string, version: number): Promise<Comparison> {
    const { setup, createdAt, updatedAt } = await store.get(id);
    const [rounds, latest, { done, total, queued }, groups] = await Promise.all([
      store.countRounds(id),
      store.rounds(id, null, shownRounds, false),
      store.progress(id),
      groupsNow(setup.columns),
    ]);
    const isAsking = runner.isRunning(id);
    const state = runner.isRunningAll(id) ? 'running' : queued > 0 ? 'paused' : 'idle';
    const progress = { state, done, total } as const;
    const { title } = setup;
    return { id, version, title, createdAt, updatedAt, setup, rounds, sharing: groups, isAsking, progress, latest };
  }

  async function add(
    id: string,
    prompts: readonly PromptOfSet[],
    origin: CompareRound['origin'],
  ): Promise<CompareRound[]> {
    const found = await store.get(id);
    if (runner.isRunning(id)) throw new AppError('CONFLICT', 'Answers are still being written in this comparison.');
    const before = await store.countRounds(id);
    const createdAt = new Date(deps.now()).toISOString();
    const rounds = prompts.map(({ prompt, name }, index): CompareRound => ({
      id: randomUUID(),
      number: before + index + 1,
      prompt,
      name,
      origin,
      createdAt,
      vote: null,
      note: '',
      answers: found.setup.columns.map((column) => queuedAnswer(randomUUID(), column.id, column.name)),
    }));
    await store.addRounds(id, rounds);
    await store.save({ ...found, updatedAt: createdAt });
    runner.start(id, origin === 'set' ? 'all' : rounds.flatMap(({ answers }) => answers.map((answer) => answer.id)));
    changed(id);
    await relist();
    return rounds;
  }

  return {
    api: {
      async *list(_input, { signal } = {}) {
        if (list.get() === null) await relist();
        for await (const entries of list.watch(signal)) if (entries !== null) yield entries;
      },

      async *bin(_input, { signal } = {}) {
        if (removed.get() === null) await relist();
        for await (const entries of removed.watch(signal)) if (entries !== null) yield entries;
      },

      async create(setup) {
        checkColumns(setup.columns);
        const id = randomUUID();
        const now = new Date(deps.now()).toISOString();
        await store.create({ id, createdAt: now, updatedAt: now, setup });
        await relist();
        return { comparisonId: id };
      },

      async *watch({ comparisonId: id }, { signal } = {}) {
        await store.get(id);
        const entry = versions.get(id) ?? { value: createValue(0), readers: 0 };
        versions.set(id, entry);
        entry.readers += 1;
        try {
          for await (const version of entry.value.watch(signal)) yield await snapshot(id, version);
        } finally {
          entry.readers -= 1;
          if (entry.readers === 0) versions.delete(id);
        }
      },

      async update({ comparisonId: id, setup }) {
        const found = await store.get(id);
        if (runner.isRunning(id)) throw new AppError('CONFLICT', 'Answers are still being written in this comparison.');
        const next = { ...found.setup, ...withoutUndefined(setup) };
        checkColumns(next.columns);
        await store.save({ ...found, setup: next, updatedAt: new Date(deps.now()).toISOString() });
        changed(id);
        await relist();
        return {};
      },

      async remove({ comparisonId: id }) {
        // First, so that nothing more is asked in it; what had been asked is stopped, and comes back whole.
        await store.bin(id, new Date(deps.now()).toISOString());
        await runner.stop(id, 'stopped');
        changed(id);
        await relist();
        return {};
      },
      async restore({ comparisonId: id }) {
        await store.bin(id, null);
        changed(id);
        await relist();
        return {};
      },
      async erase({ comparisonId: id }) {
        const erased = await bin.erase(id);
        if (erased === 0 && id !== null) throw new AppError('NOT_FOUND', 'This comparison does not lie in the bin.');
        await relist();
        return { erased };
      },

      async rounds({ comparisonId: id, from, count }) {
        const [total, rounds] = await Promise.all([store.countRounds(id), store.rounds(id, from, count, true)]);
        return { total, rounds };
      },

      async send({ comparisonId, prompt }) {
        const [round] = await add(comparisonId, [{ prompt, name: null }], 'typed');
        return { roundId: round?.id ?? '' };
      },

      async again({ answerId }) {
        const { answer, comparisonId } = await store.answer(answerId);
        await store.get(comparisonId);
        if (runner.isRunning(comparisonId))
          throw new AppError('CONFLICT', 'Answers are still being written in this comparison.');
        await store.saveAnswer(queuedAnswer(answer.id, answer.columnId, answer.name));
        runner.start(comparisonId, [answer.id]);
        changed(comparisonId);
        return {};
      },

      async stop({ comparisonId }) {
        await runner.stop(comparisonId, 'stopped');
        return {};
      },

      async *follow({ answerId, textFrom, reasoningFrom }, { signal } = {}) {
        let textAt = textFrom;
        let reasoningAt = reasoningFrom;
        const turn = runner.turn(answerId);
        if (turn === null) {
          yield storedDelta((await store.answer(answerId)).answer, textAt, reasoningAt);
          return;
        }
        for await (const answer of turn.changes(signal)) {
          const delta = deltaOf(answer, textAt, reasoningAt);
          textAt += delta.text.length;
          reasoningAt += delta.reasoning.length;
          yield delta;
          if (isFinal(delta.state)) return;
        }
      },

      async vote({ roundId, vote }) {
        changed(await store.changeRound(roundId, { vote }));
        return {};
      },
      async note({ roundId, note: text }) {
        changed(await store.changeRound(roundId, { note: text }));
        return {};
      },

      async readPrompts({ fileName, text }) {
        // A start does without its reader of CSV.
        const { readPromptSet } = await import('./prompt-set.ts');
        return readPromptSet(fileName, text);
      },

      async runSet({ comparisonId, prompts }) {
        await add(comparisonId, prompts, 'set');
        return {};
      },

      async resume({ comparisonId }) {
        await store.get(comparisonId);
        runner.start(comparisonId, 'all');
        changed(comparisonId);
        return {};
      },

      tally: async ({ comparisonId }) => tallyOf(await store.voted(comparisonId)),

      async *export({ comparisonId: id, format }, { signal } = {}) {
        const { setup } = await store.get(id);
        const about = { setup, madeAt: new Date(deps.now()).toISOString(), version: deps.version };
        const rounds = await store.countRounds(id);
        const read = (from: number, count: number, withTexts: boolean) => store.rounds(id, from, count, withTexts);
        yield* exportComparison({ about, rounds, read }, format, signal);
      },
    },

    async close() {
      closing.abort();
      bin.close();
      await runner.close();
    },
  };
}

function checkColumns(columns: readonly CompareColumn[]): void {
  if (new Set(columns.map(({ id }) => id)).size < columns.length)
    throw new AppError('BAD_INPUT', 'Two columns have the same id.');
}

function withoutUndefined<T extends object>(changes: T): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what is undefined has just been left out
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]: Exclude<T[Key], undefined>;
  };
}

function storedDelta(answer: CompareAnswer, textFrom: number, reasoningFrom: number): TurnDelta {
  const { text, reasoning, state, model, finishReason, timing, failure } = answer;
  return {
    textFrom,
    text: text.slice(textFrom),
    reasoningFrom,
    reasoning: reasoning.slice(reasoningFrom),
    toolCalls: [],
    state: state === 'queued' ? 'waiting' : state,
    model,
    finishReason,
    timing,
    failure,
    validation: null,
  };
}
