import type { StartProgress } from '../../shared/contract/jobs.ts';
import { type AppError, cancelled } from '../../shared/errors.ts';
import type { JobHandle } from '../jobs/service.ts';
import { abortable } from '../lib/abortable.ts';
import type { LogsService } from '../logs/service.ts';
import { readCause } from './ended-start.ts';
import type { Roster } from './roster.ts';
import type { Run } from './run.ts';
import type { StoppedRuns } from './stopped-runs.ts';

export interface WaitParts {
  roster: Roster;
  stopped: StoppedRuns;
  logs: LogsService;
}

/** What a job keeps of the log when a start failed. */
const keptLines = 40;
/** The rest of a log comes at once; an engine that is busy dying must not hold up the news of the end. */
const logEndMs = 700;
const longestLogEndMs = 10_000;

/**
 * Waits for the run of this container that began after `startedBefore` until it is ready, however long that takes, and
 * says how far it is. A run that ends, whatever its exit code, ends the wait with the cause.
 */
export async function waitUntilReady(
  parts: WaitParts,
  id: string,
  startedBefore: string | null,
  handle: JobHandle,
): Promise<void> {
  const { signal } = handle;
  const run = await newestRun(parts.roster, id, startedBefore, signal);
  if (run !== null) {
    for await (const { start, outcome } of run.progress.watch(signal)) {
      handle.report({ start });
      // One that becomes ready while it is being stopped is not ready for anybody.
      if (outcome === 'ready' && parts.roster.taskOf(id)?.kind !== 'stopping') return;
      if (outcome === 'ended' || outcome === 'removed') break;
    }
  }
  if (signal.aborted) throw cancelled();
  throw await endOfStart(parts, id, handle);
}

/** The run under way; null when it has ended already. An engine that is lost meanwhile is waited for. */
async function newestRun(roster: Roster, id: string, startedBefore: string | null, signal: AbortSignal) {
  for await (const { isKnown } of roster.list.watch(signal)) {
    const entry = roster.find(id);
    if (entry === undefined) {
      if (isKnown) throw gone('The container');
    } else if (entry.run !== null) return entry.run satisfies Run;
    else if (entry.facts.startedAt !== startedBefore) return null;
  }
  throw cancelled();
}

async function endOfStart({ roster, stopped, logs }: WaitParts, id: string, handle: JobHandle): Promise<AppError> {
  const entry = roster.find(id);
  if (entry === undefined) return gone('The container');
  const { facts, logEnded } = entry;
  await waitFor(logEnded, logEndMs, handle.signal);
  const cause = await readCause(logs, facts);
  // The cause stands in the last lines: where nothing of it was found, they are waited for, as long as it takes a busy engine.
  if (cause.error.code === 'NIM_EXITED') await waitFor(logEnded, longestLogEndMs, handle.signal);
  const { lines, error } = cause.error.code === 'NIM_EXITED' ? await readCause(logs, facts) : cause;

  const phaseSince = facts.finishedAt ?? facts.createdAt;
  const start: StartProgress = {
    step: 'waiting-until-ready',
    phase: 'EXITED',
    phaseSince,
    lastLine: lines.at(-1) ?? null,
  };
  handle.report({ start, logTail: lines.slice(-keptLines) });
  // A removal by force kills first: then the end was not the news.
  if (roster.find(id) === undefined) return gone(facts.name);
  if (stopped.isStopped(facts)) return cancelled(`${facts.name} was stopped before it was ready.`);
  return error;
}

/** Resolves with the work, or when the time is up. */
async function waitFor(work: Promise<void>, timeMs: number, signal: AbortSignal): Promise<void> {
  const timeUp = Promise.withResolvers<void>();
  const timer = setTimeout(timeUp.resolve, timeMs);
  try {
    await abortable(Promise.race([work, timeUp.promise]), signal);
  } finally {
    clearTimeout(timer);
  }
}

function gone(name: string): AppError {
  return cancelled(`${name} was removed before it was ready.`);
}
