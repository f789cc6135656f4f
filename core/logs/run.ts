import { setTimeout as delay } from 'node:timers/promises';
import type { LogCounts, LogLine } from '../../shared/contract/logs.ts';
import { type AppError, isAppError } from '../../shared/errors.ts';
import type { CoreDeps } from '../deps.ts';
import type { EngineService } from '../engine/service.ts';
import type { Logger } from '../lib/logger.ts';
import { writeError } from '../lib/write-error.ts';
import { createValue, type Value } from '../lib/value.ts';
import { type Collector, startCollector } from './collector.ts';
import type { RunStore, StoredRun } from './run-store.ts';
import { openSpool, type Spool } from './spool.ts';
import { toLogLines } from './window.ts';

export interface RunParts {
  engine: Pick<EngineService, 'docker' | 'state' | 'onChange'>;
  log: Logger;
  clock: Pick<CoreDeps, 'now' | 'steady'>;
  store: RunStore;
  capBytes: () => number;
  /** Null while nobody listens: then no line is made for it. */
  lineListener: () => ((containerId: string, lines: readonly LogLine[]) => void) | null;
  runBefore(run: Run): Run | null;
  /** It is known where the run begins, so the container's earlier ones end there. */
  onBegin(run: Run, from: string | null, earlierEnd: string | null): void;
}

/** A run with its spool, which is opened when somebody first needs it, and its collection while there is one. */
export interface Run {
  readonly stored: StoredRun;
  spool(): Promise<Spool>;
  counts(): Promise<Value<LogCounts>>;
  isCollecting(): boolean;
  collect(isTty: boolean): Promise<void>;
  /** Reads what the engine still has, then closes the run. One ending, however often it is asked for. */
  finish(until: string | null, endedAt: () => string): Promise<void>;
  /** Aborts when the run is removed. */
  readonly removed: AbortSignal;
  stop(): Promise<void>;
  remove(): Promise<void>;
}

const beginAgainMs = 5_000;

export function createRun(stored: StoredRun, parts: RunParts): Run {
  const { engine, log, clock, store } = parts;
  const folder = store.folderOf(stored.id);
  const stopping = new AbortController();
  const removing = new AbortController();
  let opened: Promise<{ spool: Spool; counts: Value<LogCounts> }> | null = null;
  let collector: Collector | null = null;
  let starting: Promise<void> | null = null;
  let finishing: Promise<void> | null = null;
  let saving: Promise<void> = Promise.resolve();
  let problem: AppError | null = null;
  let isCaughtUp = false;

  function open() {
    opened ??= openSpool(folder, parts.capBytes).then(
      (spool) => ({ spool, counts: createValue(countsOf(spool)) }),
      (error: unknown) => {
        opened = null;
        throw isAppError(error) ? error : writeError(error, folder);
      },
    );
    return opened;
  }

  /** From the moment on when it is asked for: who looks in between must not take the run for one that is over. */
  const isCollecting = () => collector !== null || starting !== null;

  function countsOf(spool: Spool): LogCounts {
    const { first, end, bytes, errors, warnings } = spool.totals();
    return {
      runId: stored.id,
      firstLine: first.all,
      endLine: end.all,
      bytes,
      errors,
      warnings,
      quiet: { first: first.quiet, end: end.quiet },
      isBehind: isCollecting() && !isCaughtUp,
      // Of what cannot be read nothing is to be waited for.
      isCollecting: isCollecting() && problem?.code !== 'LOG_NOT_READABLE',
      failure: problem?.toFailure() ?? null,
    };
  }

  /** One after the other, as a file that is replaced wants it. */
  function save(): Promise<void> {
    saving = saving.catch(() => {}).then(() => store.save(stored));
    return saving;
  }

  function start(ending: { until: string | null } | null): Promise<void> {
    starting ??= startOnce(ending).finally(() => {
      starting = null;
      void refresh();
    });
    return starting;
  }

  async function refresh(): Promise<void> {
    const [outcome] = await Promise.allSettled([opened]);
    if (outcome.status === 'fulfilled') outcome.value?.counts.set(countsOf(outcome.value.spool));
  }

  async function startOnce(ending: { until: string | null } | null): Promise<void> {
    const { spool, counts } = await open();
    if (collector !== null) return;
    // What keeps this small file from being written keeps lines from it, too, and then that is said.
    await save().catch((error: unknown) => log.warn('logs.run-not-saved', { message: String(error) }));
    if (stopping.signal.aborted) return;
    const started = startCollector({
      engine,
      log,
      clock,
      spool,
      run: stored,
      ending,
      runBefore: () => parts.runBefore(run)?.stored ?? null,
      async onBegin(from, earlierEnd) {
        stored.from = from;
        await save();
        parts.onBegin(run, from, earlierEnd);
      },
      onBatch(lines, firstLine) {
        counts.set(countsOf(spool));
        parts.lineListener()?.(stored.containerId, toLogLines(lines, firstLine));
      },
      onProblem(next) {
        problem = next;
        counts.set(countsOf(spool));
      },
      onCaughtUp() {
        isCaughtUp = true;
        counts.set(countsOf(spool));
      },
      folder,
    });
    collector = started;
    void whenDone(started);
  }

  async function whenDone(ended: Collector): Promise<void> {
    await ended.done;
    if (collector === ended) collector = null;
    await refresh();
  }

  async function readToEnd(until: string | null, endedAt: () => string): Promise<void> {
    await start({ until });
    const ending = collector;
    if (ending === null) return;
    ending.finish(until);
    if ((await ending.done) === 'stopped') return;
    await (await open()).spool.close();
    stored.endedAt = endedAt();
    await save();
  }

  async function halt(): Promise<void> {
    stopping.abort();
    // Whoever began these is told how they end.
    await Promise.allSettled([starting]);
    await collector?.stop();
    await Promise.allSettled([finishing, saving]);
    if (opened !== null) await (await opened).spool.close();
  }

  const run: Run = {
    stored,
    removed: removing.signal,
    spool: async () => (await open()).spool,
    counts: async () => (await open()).counts,
    isCollecting,
    async collect(isTty) {
      // Read to its end already, in this life of core or an earlier one.
      if (stored.endedAt !== null) return;
      stored.isTty = isTty;
      while (!stopping.signal.aborted) {
        try {
          return await start(null);
        } catch (error) {
          // Without room for the folder nothing was begun; the log begins where the container's does.
          if (!isAppError(error, 'DISK_FULL')) throw error;
          log.warn('logs.not-begun', { container: stored.containerId, message: error.message });
          await delay(beginAgainMs, undefined, { signal: stopping.signal }).catch(() => {});
        }
      }
    },
    finish(until, endedAt) {
      if (finishing === null) {
        finishing = readToEnd(until, endedAt).finally(() => {
          finishing = null;
        });
      } else if (until !== null) collector?.finish(until);
      return finishing;
    },
    stop: halt,
    async remove() {
      removing.abort();
      await halt();
      await store.remove(stored.id);
    },
  };
  return run;
}
