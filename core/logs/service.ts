import { join } from 'node:path';
import type { Api } from '../../shared/contract/index.ts';
import type { LogLine } from '../../shared/contract/logs.ts';
import { AppError } from '../../shared/errors.ts';
import { z } from '../../shared/zod.ts';
import type { CoreDeps } from '../deps.ts';
import type { EngineService } from '../engine/service.ts';
import type { SettingsService } from '../settings/service.ts';
import { quietPosition } from './locate.ts';
import { createRun, type Run } from './run.ts';
import { createRunStore, idOfRun, type StoredRun } from './run-store.ts';
import { searchSpool } from './search.ts';
import { errorLine, readWindow } from './window.ts';

export interface LogsService {
  api: Api['logs'];
  /** Begins (or continues, after a lost engine or a restart of core) to collect the run that began at `startedAt`. */
  collect(container: { id: string; startedAt: string; isTty: boolean }): void;
  /** The container's run ended: what is still in the stream is read to its end, then the run is closed. */
  ended(containerId: string, endedAt: string | null): Promise<void>;
  /** The last lines of the container's newest run, oldest first. */
  tail(containerId: string, count: number): Promise<LogLine[]>;
  /** The first lines of the newest run that hold a text. */
  find(containerId: string, text: string, count: number): Promise<string[]>;
  /** The first line that looks like an error, of the container's newest run. */
  firstErrorLine(containerId: string): Promise<string | null>;
  /** Lines as they are collected, in batches; for the reading of start phases. */
  onLines(listener: (containerId: string, lines: readonly LogLine[]) => void): () => void;
  /** Which engine the runs that are collected from now on are of; null: it has no name. */
  setEngine(engineId: string | null): void;
  /** Forgets the runs of containers that the engine no longer has; what belongs to other engines stays. */
  forgetMissing(ids: ReadonlySet<string>): void;
  /** The container is gone: forget its runs and their files. */
  forget(containerId: string): Promise<void>;
  close(): Promise<void>;
}

/** A container that its restart policy starts again and again would otherwise fill the disk beside any cap. */
const runsKept = 20;

const inspected = z.object({ Config: z.object({ Tty: z.boolean() }), State: z.object({ StartedAt: z.string() }) });

export async function createLogsService(
  deps: CoreDeps,
  engine: EngineService,
  settings: SettingsService,
): Promise<LogsService> {
  const { log } = deps;
  const store = createRunStore(join(deps.dataFolder, 'logs'));
  const runs = new Map<string, Run>();
  const listeners = new Set<(containerId: string, lines: readonly LogLine[]) => void>();
  const closing = new AbortController();
  let engineId: string | null = null;
  const instant = () => new Date(deps.now()).toISOString();

  const parts = {
    engine,
    log,
    clock: deps,
    store,
    capBytes: () => settings.get().logCapMiB * 1024 * 1024,
    lineListener: () => (listeners.size === 0 ? null : tellLines),
    runBefore: (run: Run) => runsOf(run.stored.containerId).find((other) => isBefore(other, run)) ?? null,
    onBegin(run: Run, from: string | null, earlierEnd: string | null) {
      for (const earlier of runsOf(run.stored.containerId)) {
        if (earlier.stored.endedAt !== null || !isBefore(earlier, run)) continue;
        inBackground(
          'logs.run-end',
          earlier.finish(from, () => toInstant(earlierEnd) ?? instant()),
        );
      }
    },
  };
  for (const stored of await store.list()) runs.set(stored.id, createRun(stored, parts));

  function tellLines(containerId: string, lines: readonly LogLine[]): void {
    for (const listener of listeners) {
      try {
        listener(containerId, lines);
      } catch (error) {
        // One deaf listener must not cost the run its log.
        log.error('logs.listener-failed', { message: String(error) });
      }
    }
  }

  /** Newest first. */
  function runsOf(containerId: string): Run[] {
    return [...runs.values()]
      .filter(({ stored }) => stored.containerId === containerId)
      .toSorted((one, other) => (isBefore(one, other) ? 1 : -1));
  }

  function find(runId: string): Run {
    const run = runs.get(runId);
    if (run === undefined) throw new AppError('NOT_FOUND', 'This log is no longer there.');
    return run;
  }

  function add(stored: Omit<StoredRun, 'id' | 'from' | 'endedAt' | 'engineId'>): Run {
    const id = idOfRun(stored.containerId, stored.startedAt);
    const known = runs.get(id);
    if (known !== undefined) return known;
    const run = createRun({ ...stored, id, from: undefined, endedAt: null, engineId }, parts);
    runs.set(id, run);
    for (const old of runsOf(stored.containerId).slice(runsKept)) {
      if (old.stored.endedAt !== null) inBackground('logs.run-remove', removeRun(old));
    }
    return run;
  }

  async function removeRun(run: Run): Promise<void> {
    runs.delete(run.stored.id);
    await run.remove();
  }

  /** Nobody waits for it, so its failure goes to the log; the next call for the container tries again. */
  function inBackground(event: string, work: Promise<void>): void {
    work.catch((error: unknown) => {
      if (!closing.signal.aborted) log.error(`${event}-failed`, { message: String(error) });
    });
  }

  /** The run that ended last, also one that came and went while core was away. */
  async function lastRun(containerId: string): Promise<Run | undefined> {
    const known = runsOf(containerId)[0];
    if (known?.isCollecting()) return known;
    try {
      const container = engine.docker().getContainer(containerId);
      const { Config, State } = inspected.parse(await container.inspect({ abortSignal: closing.signal }));
      return add({ containerId, isTty: Config.Tty, startedAt: State.StartedAt });
    } catch {
      // Gone, or the engine is away: what is known has to do.
      return known;
    }
  }

  /** Resolves as soon as the engine is not connected: what it still has can then not be waited for. */
  async function whenLost(signal: AbortSignal): Promise<void> {
    const lost = Promise.withResolvers<void>();
    const check = () => {
      if (engine.state().status !== 'connected' || signal.aborted) lost.resolve();
    };
    const unsubscribe = engine.onChange(check);
    signal.addEventListener('abort', check, { once: true });
    check();
    await lost.promise;
    signal.removeEventListener('abort', check);
    unsubscribe();
  }

  return {
    api: {
      runs: async ({ nimId }) =>
        runsOf(nimId).map(({ stored }) => ({
          id: stored.id,
          nimId: stored.containerId,
          startedAt: toInstant(stored.startedAt) ?? instant(),
          endedAt: stored.endedAt,
        })),
      async *watch({ runId }, { signal } = {}) {
        const run = find(runId);
        const ends = [closing.signal, run.removed, ...(signal === undefined ? [] : [signal])];
        yield* (await run.counts()).watch(AbortSignal.any(ends));
        if (run.removed.aborted && !signal?.aborted) throw new AppError('NOT_FOUND', 'This log was removed.');
      },
      read: async ({ runId, view = 'all', from, count }, { signal } = {}) =>
        readWindow(await find(runId).spool(), { view, from, count }, signal),
      search: async ({ runId, view = 'all', query, levels = [], from, limit }, { signal } = {}) =>
        searchSpool(await find(runId).spool(), { text: query, levels, view, from, limit }, signal),
      locate: async ({ runId, view, line }, { signal } = {}) => {
        const spool = await find(runId).spool();
        return { position: view === 'quiet' ? await quietPosition(spool, line, signal) : line };
      },
      async errors({ runId }) {
        const { first, last } = (await find(runId).spool()).errors();
        return { first: first === null ? null : errorLine(first), last: last.map(errorLine) };
      },
    },

    collect({ id, startedAt, isTty }) {
      if (closing.signal.aborted) return;
      inBackground('logs.collect', add({ containerId: id, startedAt, isTty }).collect(isTty));
    },

    async ended(containerId, endedAt) {
      const run = await lastRun(containerId);
      if (run === undefined || run.stored.endedAt !== null || closing.signal.aborted) return;
      const waiting = new AbortController();
      const finished = run.finish(null, () => toInstant(endedAt) ?? instant());
      try {
        // With a lost engine the collection waits for its return and ends then.
        await Promise.race([finished, whenLost(AbortSignal.any([waiting.signal, closing.signal]))]);
      } finally {
        waiting.abort();
        inBackground('logs.run-end', finished);
      }
    },

    async tail(containerId, count) {
      const spool = await runsOf(containerId)[0]?.spool();
      if (spool === undefined) return [];
      const { first, end } = spool.totals();
      const from = Math.max(first.all, end.all - count);
      const { lines } = await readWindow(spool, { view: 'all', from, count }, undefined);
      return lines;
    },

    async find(containerId, text, count) {
      const spool = await runsOf(containerId)[0]?.spool();
      if (spool === undefined) return [];
      const query = { text, levels: [], view: 'quiet', from: 0, limit: count } as const;
      const { hits } = await searchSpool(spool, query, closing.signal);
      const windows = hits.map((from) => readWindow(spool, { view: 'quiet', from, count: 1 }, closing.signal));
      return (await Promise.all(windows)).flatMap(({ lines }) => lines.map((line) => line.text));
    },

    async firstErrorLine(containerId) {
      const spool = await runsOf(containerId)[0]?.spool();
      const error = spool?.errors().first ?? null;
      return error === null ? null : errorLine(error).text;
    },

    onLines(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },

    setEngine(next) {
      engineId = next;
    },

    forgetMissing(ids) {
      for (const run of runs.values()) {
        const { containerId, engineId: owner } = run.stored;
        if (engineId !== null && owner === engineId && !ids.has(containerId)) {
          inBackground('logs.run-remove', removeRun(run));
        }
      }
    },

    async forget(containerId) {
      await Promise.all(runsOf(containerId).map(removeRun));
    },

    async close() {
      closing.abort();
      await Promise.all([...runs.values()].map((run) => run.stop()));
    },
  };
}

function isBefore(one: Run, other: Run): boolean {
  return Date.parse(one.stored.startedAt) < Date.parse(other.stored.startedAt);
}

/** As the contract wants it; null for what is no time, and for the year 1 that the engine says for "never". */
function toInstant(text: string | null): string | null {
  const at = Date.parse(text ?? '');
  return Number.isNaN(at) || at < 0 ? null : new Date(at).toISOString();
}
