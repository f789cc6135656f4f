import type { Failure } from '../../shared/contract/common.ts';
import type { Job, PullPhase, PullProgress } from '../../shared/contract/jobs.ts';

/** What the work may change while it runs. */
export type JobChange = Partial<
  Pick<Job, 'title' | 'reference' | 'nimId' | 'pull' | 'start' | 'cancelKeeps' | 'logTail'>
>;

export type JobEnd =
  { state: 'done' } | { state: 'failed'; failure: Failure } | { state: 'cancelled' } | { state: 'interrupted' };

export const keptEndedJobs = 50;

export function beginJob(
  about: Pick<Job, 'kind' | 'title' | 'reference' | 'nimId'>,
  id: string,
  startedAt: string,
): Job {
  const { kind, title, reference, nimId } = about;
  return {
    id,
    kind,
    title,
    reference,
    nimId,
    state: 'running',
    startedAt,
    endedAt: null,
    pull: null,
    start: null,
    cancelKeeps: null,
    failure: null,
    logTail: null,
  };
}

export const isEnded = (job: Job): boolean => job.state !== 'running';

/** An ended job stays as it ended, whatever the work still says. */
export function changeJob(job: Job, change: JobChange): Job {
  return isEnded(job) ? job : { ...job, ...change };
}

const phaseAtEnd: Record<JobEnd['state'], PullPhase> = {
  done: 'DONE',
  failed: 'FAILED',
  cancelled: 'CANCELLED',
  interrupted: 'FAILED',
};

/** No speed, no time left and no phase of movement once nothing moves; the bytes stay as they were. */
function settlePull(pull: PullProgress, end: JobEnd['state']): PullProgress {
  const isSettled = pull.phase === 'DONE' || pull.phase === 'FAILED' || pull.phase === 'CANCELLED';
  const phase = isSettled ? pull.phase : phaseAtEnd[end];
  return { ...pull, phase, bytesPerSecond: null, etaSeconds: null, stalledSince: null };
}

/** A pull that was cut off has to be started again, which its remedy says; a container may well run on by itself. */
function interruption(job: Job): Failure | null {
  const wasPulling = job.kind === 'pull' || (job.pull !== null && job.pull.phase !== 'DONE' && job.start === null);
  return wasPulling ? { code: 'PULL_INTERRUPTED', message: 'Nimdeck ended while the pull was under way.' } : null;
}

export function endJob(job: Job, end: JobEnd, endedAt: string): Job {
  if (isEnded(job)) return job;
  const failure = end.state === 'failed' ? end.failure : end.state === 'interrupted' ? interruption(job) : null;
  const pull = job.pull === null ? null : settlePull(job.pull, end.state);
  return { ...job, state: end.state, endedAt, pull, failure };
}
