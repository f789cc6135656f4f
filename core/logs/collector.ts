import { setTimeout as delay } from 'node:timers/promises';
import { type AppError, isAppError } from '../../shared/errors.ts';
import { z } from '../../shared/zod.ts';
import type { CoreDeps } from '../deps.ts';
import { dockerError } from '../engine/docker-errors.ts';
import type { EngineService } from '../engine/service.ts';
import type { Logger } from '../lib/logger.ts';
import { toStamp } from '../lib/stamp.ts';
import { writeError } from '../lib/write-error.ts';
import { collect } from './collect.ts';
import type { LeveledLine } from './record.ts';
import { beginOfRun } from './run-begin.ts';
import type { Spool } from './spool.ts';

/** One run of a container, as far as its collection needs it. */
export interface CollectedRun {
  containerId: string;
  /** As the engine says it. */
  startedAt: string;
  isTty: boolean;
  /** Where the run begins in the container's log; undefined until the engine was asked. */
  from: string | null | undefined;
}

export interface CollectorParts {
  engine: Pick<EngineService, 'docker' | 'state' | 'onChange'>;
  log: Logger;
  clock: Pick<CoreDeps, 'now' | 'steady'>;
  spool: Spool;
  run: CollectedRun;
  /** The container's run before, as far as it is known; asked when the engine is. */
  runBefore(): { endedAt: string | null } | null;
  /** Saves where the run begins; `earlierEnd` is when the container's run before it ended. */
  onBegin(from: string | null, earlierEnd: string | null): Promise<void>;
  onBatch(lines: readonly LeveledLine[], firstLine: number): void;
  /** Why lines are missing from now on: LOG_NOT_READABLE, DISK_FULL or STORE_NOT_WRITABLE; null when none are any more. */
  onProblem(problem: AppError | null): void;
  /** All that was written before the collection began has been read, as far as it can be. Called once. */
  onCaughtUp(): void;
  /** Where the spool lies. */
  folder: string;
  /** Set when the run is over already: as `finish` at once. */
  ending: { until: string | null } | null;
  /** How long a stream may be silent once the run is over; for tests. */
  silenceMs?: number;
}

export interface Collector {
  /** The run is over: what the engine still has is read, then the collection ends. `until`: where the next run begins. */
  finish(until: string | null): void;
  /** Resolves when all was read; `stopped` when core closed before. */
  readonly done: Promise<'complete' | 'stopped'>;
  stop(): Promise<void>;
}

const retryMs = { first: 250, most: 5000 };
/**
 * A container that has ended ends its stream at once; an engine that forgets to is not waited for for ever. Longer than
 * an engine reads through a log of some millions of lines to the place that is asked for.
 */
const defaultSilenceMs = 30_000;
/** An engine sends what it holds without a pause; after one as long as this, what comes is new. */
const caughtUpMs = 250;
/**
 * 20.10 ends a stream that is followed when the container ends, however far behind the stream is (seen: 31,206 of 60,000
 * lines). A run that is over is read again from there after a stream that brought so many lines; fewer fit the engine's
 * own buffer, so that it was not behind.
 */
const laggingLines = 1000;
/** Of a run that is over: how often a broken stream is opened anew. */
const lastAttempts = 3;
const inspected = z.object({
  Created: z.string(),
  State: z.object({ Running: z.boolean(), StartedAt: z.string(), FinishedAt: z.string().nullish() }),
});

type Outcome = 'end' | 'past' | 'broken' | 'gone' | 'unreadable';
const lostReason = 'engine lost';
/** More than a clock is moved by to keep it right. */
const setBackMs = 1_000;

export function startCollector(parts: CollectorParts): Collector {
  const { engine, log, clock, spool, run } = parts;
  const stopping = new AbortController();
  const { signal } = stopping;
  let { ending } = parts;
  let attempt: AbortController | null = null;
  let silence: NodeJS.Timeout | undefined;
  let problem: AppError | null = null;
  let isCaughtUp = false;
  let pauseTimer: NodeJS.Timeout | undefined;
  /** By how much the clock was ahead of the one that nobody sets, when the newest line was read. */
  let aheadMs = clock.now() - clock.steady();
  let changed = Promise.withResolvers<void>();
  const poke = () => {
    changed.resolve();
    changed = Promise.withResolvers();
  };
  const unsubscribe = engine.onChange(({ status }) => {
    // What is open to an engine that was lost may hang for ever, if the network goes to nowhere.
    if (status !== 'connected') attempt?.abort(lostReason);
    poke();
  });
  signal.addEventListener('abort', poke, { once: true });

  const isConnected = () => engine.state().status === 'connected';

  function armSilence(): void {
    clearTimeout(silence);
    if (ending !== null && attempt !== null) {
      silence = setTimeout(() => attempt?.abort(), parts.silenceMs ?? defaultSilenceMs);
    }
  }

  /** A problem that stays is said and logged once, however often the collection is tried again. */
  function tell(next: AppError | null): void {
    if (next?.code === problem?.code) return;
    problem = next;
    if (next !== null) log.warn('logs.not-collected', { container: run.containerId, code: next.code });
    parts.onProblem(next);
  }

  function caughtUp(): void {
    clearTimeout(pauseTimer);
    if (isCaughtUp) return;
    isCaughtUp = true;
    parts.onCaughtUp();
  }

  /** What is read is stamped by the engine's clock; where that is behind ours, a pause says the same. */
  function noteProgress(openedAt: string, newest: string | null = null): void {
    clearTimeout(pauseTimer);
    if (isCaughtUp) return;
    if (newest !== null && newest >= openedAt) caughtUp();
    else pauseTimer = setTimeout(caughtUp, caughtUpMs);
  }

  async function keep(batch: LeveledLine[]): Promise<void> {
    const firstLine = spool.totals().end.all;
    try {
      await spool.append(batch);
    } catch (error) {
      throw isAppError(error) ? error : writeError(error, parts.folder);
    }
    tell(null);
    aheadMs = clock.now() - clock.steady();
    parts.onBatch(batch, firstLine);
  }

  async function inspect() {
    return inspected.parse(await engine.docker().getContainer(run.containerId).inspect({ abortSignal: signal }));
  }

  async function findBegin(): Promise<string | null> {
    if (run.from !== undefined) return run.from;
    const { Created, State } = await inspect();
    const { from, earlierEnd } = beginOfRun({
      startedAt: run.startedAt,
      before: parts.runBefore(),
      container: {
        created: Created,
        isRunning: State.Running,
        startedAt: State.StartedAt,
        finishedAt: State.FinishedAt ?? null,
      },
    });
    await parts.onBegin(from, earlierEnd);
    run.from = from;
    return from;
  }

  async function readOnce(): Promise<Outcome> {
    attempt = new AbortController();
    let isPast = false;
    const openedAt = new Date(clock.now()).toISOString();
    try {
      const from = await findBegin();
      armSilence();
      const lines = collect(engine.docker(), spool, {
        containerId: run.containerId,
        isTty: run.isTty,
        from,
        wasSetBack: clock.now() - clock.steady() < aheadMs - setBackMs,
        now: clock.now,
        until: () => ending?.until ?? null,
        onOpen: () => noteProgress(openedAt),
        onPast: () => {
          isPast = true;
        },
        signal: AbortSignal.any([signal, attempt.signal]),
      });
      for await (const batch of lines) {
        await keep(batch);
        noteProgress(openedAt, batch.at(-1)?.at);
        armSilence();
      }
      return isPast ? 'past' : 'end';
    } catch (error) {
      if (attempt.signal.aborted) return attempt.signal.reason === lostReason ? 'broken' : 'end';
      const failure = dockerError(error, { action: 'read the log' });
      if (isProblem(failure)) {
        tell(failure);
        return failure.code === 'LOG_NOT_READABLE' ? 'unreadable' : 'broken';
      }
      if (!signal.aborted && isConnected()) {
        log.warn('logs.stream-broken', { container: run.containerId, message: String(error) });
      }
      return isGone(error) ? 'gone' : 'broken';
    } finally {
      attempt = null;
      clearTimeout(silence);
      clearTimeout(pauseTimer);
    }
  }

  /** A stream can end while the container runs on (a log that was rotated, an engine that goes away). */
  async function afterEnd(): Promise<'running' | 'over' | 'gone'> {
    try {
      const { State } = await inspect();
      return State.Running && toStamp(State.StartedAt) === toStamp(run.startedAt) ? 'running' : 'over';
    } catch (error) {
      // An engine that does not answer is asked by opening the stream again.
      return isGone(error) ? 'gone' : 'running';
    }
  }

  async function loop(): Promise<'complete' | 'stopped'> {
    let pauseMs = retryMs.first;
    let attemptsAfterEnd = 0;
    while (!signal.aborted) {
      const change = changed.promise;
      if (!isConnected()) {
        caughtUp();
        await change;
        pauseMs = retryMs.first;
        continue;
      }
      const linesBefore = spool.totals().end.all;
      const outcome = await readOnce();
      if (signal.aborted) break;
      if (outcome !== 'broken' || problem !== null) caughtUp();
      if (outcome === 'gone' || outcome === 'past') return 'complete';
      if (outcome === 'unreadable') {
        // A container keeps its log driver, but another engine may be asked next.
        if (ending !== null) return 'complete';
        await change;
        continue;
      }
      if (outcome === 'end' && ending !== null) {
        if (spool.totals().end.all - linesBefore < laggingLines) return 'complete';
        continue;
      }
      if (outcome === 'end') {
        const left = await afterEnd();
        if (left === 'gone') return 'complete';
        if (left === 'over') {
          await change;
          // Either it is said to be over, and what was read is all; or the engine is back, and there may be more.
          if (ending !== null && spool.totals().end.all - linesBefore < laggingLines) return 'complete';
          continue;
        }
      }
      if (ending !== null && ++attemptsAfterEnd >= lastAttempts) return 'complete';
      if (spool.totals().end.all > linesBefore) pauseMs = retryMs.first;
      await Promise.race([change, delay(pauseMs, undefined, { signal }).catch(() => {})]);
      pauseMs = Math.min(pauseMs * 2, retryMs.most);
    }
    return 'stopped';
  }

  const done = loop().finally(() => {
    unsubscribe();
    clearTimeout(silence);
  });

  return {
    done,
    finish(until) {
      ending = { until };
      armSilence();
      poke();
    },
    async stop() {
      stopping.abort();
      await done;
    },
  };
}

function isProblem({ code }: AppError): boolean {
  return code === 'LOG_NOT_READABLE' || code === 'DISK_FULL' || code === 'STORE_NOT_WRITABLE';
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'statusCode' in error && error.statusCode === 404;
}
