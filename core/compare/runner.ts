import { noExtras } from '../../shared/contract/conversations.ts';
import type { CompareAnswer, CompareColumn, CompareRound, CompareSetup } from '../../shared/contract/compare.ts';
import { isAppError } from '../../shared/errors.ts';
import type { Asker } from '../chat/asker.ts';
import type { Said } from '../chat/request-body.ts';
import type { Turn } from '../chat/turn.ts';
import type { CompareStore } from './store.ts';

export interface RunnerParts {
  store: CompareStore;
  asker: Asker;
  /** Groups of columns that share a GPU now. */
  sharing: (columns: readonly CompareColumn[]) => Promise<string[][]>;
  /** Something about the comparison has changed. */
  changed: (comparisonId: string) => void;
  /** What nobody foresaw, for the log. */
  report: (error: unknown) => void;
}

/** Ids of answers; `all`: whatever is queued, also what a set left when it was stopped. */
export type Scope = 'all' | readonly string[];

export interface Runner {
  /** Asks what is queued of these, round by round, until nothing is or it is stopped; after what is being asked now. */
  start(comparisonId: string, scope: Scope): void;
  isRunning(comparisonId: string): boolean;
  /** Whether everything is asked, and not only what was sent by hand. */
  isRunningAll(comparisonId: string): boolean;
  turn(answerId: string): Turn | null;
  /** Resolves when what was under way is kept. */
  stop(comparisonId: string, as: 'stopped' | 'interrupted'): Promise<void>;
  close(): Promise<void>;
}

interface Run {
  isStopped: boolean;
  endAs: 'stopped' | 'interrupted';
  ended: Promise<void>;
  /** The first is being asked. */
  scopes: Scope[];
}

export function createRunner({ store, asker, sharing, changed, report }: RunnerParts): Runner {
  const runs = new Map<string, Run>();
  const turns = new Map<string, { turn: Turn; comparisonId: string }>();

  async function work(id: string, run: Run): Promise<void> {
    try {
      for (let scope = run.scopes[0]; scope !== undefined && !run.isStopped; scope = run.scopes[0]) {
        await askScope(id, run, scope);
        run.scopes.shift();
      }
      if (run.isStopped) await store.settle(id, run.endAs);
    } catch (error) {
      report(error);
    } finally {
      runs.delete(id);
      changed(id);
    }
  }

  async function askScope(id: string, run: Run, scope: Scope): Promise<void> {
    while (!run.isStopped) {
      const round = await store.nextQueued(id, scope === 'all' ? null : scope);
      if (round === null) return;
      const { setup } = await store.get(id);
      await askRound(id, run, setup, round);
    }
  }

  async function askRound(id: string, run: Run, setup: CompareSetup, round: CompareRound): Promise<void> {
    const columns = setup.columns.filter((column) => round.answers.some(({ columnId }) => columnId === column.id));
    const groups = setup.order === 'together' ? await sharing(columns) : [];
    const earlier = round.origin === 'typed' ? await store.before(id, round.number) : [];
    const askOne = async (answer: CompareAnswer) => {
      if (run.isStopped) return;
      const column = setup.columns.find((each) => each.id === answer.columnId);
      const group = groups.find((ids) => ids.includes(answer.columnId)) ?? [];
      const about = { ...answer, order: setup.order, sharedWith: group.filter((each) => each !== answer.columnId) };
      if (column === undefined) return await fail(id, about, new Error('Its column is gone.'));
      await askColumn(id, run, about, {
        target: column.target,
        parameters: column.parameters ?? setup.parameters,
        path: pathOf(earlier, column.id, round.prompt),
      });
    };
    if (setup.order === 'together') await Promise.all(round.answers.map(askOne));
    else for (const answer of round.answers) await askOne(answer);
  }

  async function askColumn(
    id: string,
    run: Run,
    answer: CompareAnswer,
    question: Omit<Parameters<Asker['ask']>[0], 'save'>,
  ): Promise<void> {
    let isFirst = true;
    try {
      // Before it is asked: what the turn itself keeps must come later.
      await store.saveAnswer({ ...answer, state: 'waiting' });
      changed(id);
      const turn = await asker.ask({
        ...question,
        async save({ extras: _extras, ...saved }) {
          await store.saveAnswer({ ...answer, ...saved });
          if (isFirst) changed(id);
          isFirst = false;
        },
      });
      turns.set(answer.id, { turn, comparisonId: id });
      // Who follows it finds it from here on.
      changed(id);
      if (run.isStopped) await turn.end(run.endAs);
      await turn.ended;
    } catch (error) {
      await fail(id, answer, error);
    } finally {
      turns.delete(answer.id);
      changed(id);
    }
  }

  async function fail(id: string, answer: CompareAnswer, error: unknown): Promise<void> {
    if (!isAppError(error)) report(error);
    const failure = isAppError(error)
      ? error.toFailure()
      : { code: 'INTERNAL' as const, message: error instanceof Error ? error.message : String(error) };
    await store.saveAnswer({ ...answer, state: 'failed', failure });
    changed(id);
  }

  return {
    start(id, scope) {
      const known = runs.get(id);
      if (known !== undefined) {
        known.scopes.push(scope);
        return;
      }
      const run: Run = { isStopped: false, endAs: 'stopped', ended: Promise.resolve(), scopes: [scope] };
      runs.set(id, run);
      run.ended = work(id, run);
    },
    isRunning: (id) => runs.has(id),
    isRunningAll: (id) => runs.get(id)?.scopes.includes('all') === true,
    turn: (answerId) => turns.get(answerId)?.turn ?? null,
    async stop(id, as) {
      const run = runs.get(id);
      if (run === undefined) return;
      run.isStopped = true;
      run.endAs = as;
      const own = [...turns.values()].filter(({ comparisonId }) => comparisonId === id);
      await Promise.all(own.map(({ turn }) => turn.end(as)));
      await run.ended;
    },
    async close() {
      await Promise.all([...runs.keys()].map((id) => this.stop(id, 'interrupted')));
    },
  };
}

/** What a column has said so far, and the prompt: each column goes its own way through the same prompts. */
function pathOf(earlier: readonly CompareRound[], columnId: string, prompt: string): Said[] {
  const said = earlier.flatMap((round): Said[] => {
    const answer = round.answers.find((each) => each.columnId === columnId);
    if (answer === undefined || answer.text === '') return [];
    return [
      { role: 'user', text: round.prompt, extras: noExtras },
      { role: 'assistant', text: answer.text, extras: noExtras },
    ];
  });
  return [...said, { role: 'user', text: prompt, extras: noExtras }];
}
