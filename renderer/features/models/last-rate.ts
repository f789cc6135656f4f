import type { Job } from '../../../shared/contract/jobs.ts';

/** Below, a pull is over before its speed says anything. */
const leastSeconds = 2;

/** Bytes a second of the last pull that came whole, by its own times; null where none is known. Ended jobs are newest first. */
export function lastPullRate(jobs: readonly Job[]): number | null {
  for (const { kind, state, pull, startedAt, endedAt } of jobs) {
    if (kind !== 'pull' || state !== 'done' || pull === null || endedAt === null || pull.bytesDone === 0) continue;
    const seconds = (Date.parse(endedAt) - Date.parse(startedAt)) / 1000;
    if (seconds >= leastSeconds) return pull.bytesDone / seconds;
  }
  return null;
}
