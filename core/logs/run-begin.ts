import { nanosecondsOf, stampOf, toStamp } from '../lib/stamp.ts';

/** How much earlier than its noted start a run's lines can be stamped, where it is not known when the run before ended. */
const startSlackNanoseconds = 1_000_000_000n;
/** A container that is started within this of its creation is taken for one in its first run. */
const firstStartNanoseconds = 10_000_000_000n;

export interface RunFacts {
  /** As the engine says it. */
  startedAt: string;
  /** The container's run before, as far as it is known here. */
  before: { endedAt: string | null } | null;
  /** The container as it is now; another run may be under way. */
  container: { created: string; isRunning: boolean; startedAt: string; finishedAt: string | null };
}

/**
 * Where a run begins in its container's log, which goes over all runs; null: at the log's begin. Lines are stamped where
 * they are read from the pipe, so the first of a run can be stamped before the engine notes its start (137 of 180 short
 * containers on 20.10 and 26.1 were), and the last of a run after its noted end: the middle between the two divides.
 */
export function beginOfRun({ startedAt, before, container }: RunFacts): {
  from: string | null;
  earlierEnd: string | null;
} {
  const started = toStamp(startedAt);
  if (started === null) return { from: null, earlierEnd: null };
  const at = nanosecondsOf(started);

  // Of a container that is over it is the end of this very run, and that can lie before its start: 76 of those 180 had
  // ended before the engine noted that they began.
  const finishedBefore = container.isRunning && toStamp(container.startedAt) === started ? container.finishedAt : null;
  const earlierEnd = latestBefore(started, [finishedBefore, before?.endedAt ?? null]);
  if (earlierEnd !== null) return { from: stampOf((nanosecondsOf(earlierEnd) + at) / 2n), earlierEnd };

  // Of a run that is over the engine does not say whether there was one before.
  const created = toStamp(container.created);
  const isFirst = before === null && (created === null || at - nanosecondsOf(created) < firstStartNanoseconds);
  return { from: isFirst ? null : stampOf(at - startSlackNanoseconds), earlierEnd: null };
}

/** The engine says the year 1 for "never". */
function latestBefore(started: string, ends: readonly (string | null)[]): string | null {
  const stamps = ends.map((end) => toStamp(end ?? '') ?? '').filter((end) => end > '1970' && end < started);
  return stamps.toSorted().at(-1) ?? null;
}
