import { randomUUID } from 'node:crypto';
import type { Api } from '../../shared/contract/index.ts';
import type { Job } from '../../shared/contract/jobs.ts';
import { AppError, cancelled, isAppError } from '../../shared/errors.ts';
import type { CoreDeps } from '../deps.ts';
import { abortable } from '../lib/abortable.ts';
import { createValue } from '../lib/value.ts';
import type { Store } from '../store/store.ts';
import { createJobHistory } from './history.ts';
import { beginJob, changeJob, endJob, type JobChange, type JobEnd, keptEndedJobs } from './job.ts';

/** What the work of a job gets. */
export interface JobHandle {
  readonly id: string;
  /**
   * Aborted by `jobs.cancel` and when core closes. The reason is an AppError; its `detail.isClosing` is true when it was
   * not the user who cancelled, so that work which goes on by itself (a container) is left as it is.
   */
  readonly signal: AbortSignal;
  /** The one place where a job changes. */
  report(change: JobChange): void;
}

type About = Pick<Job, 'kind' | 'title' | 'reference' | 'nimId'>;

/** A pull of the same image; a start or the first run of the same container. Two runs of an image are not the same. */
const isTryOf = (about: About, job: Job): boolean =>
  about.kind === 'pull'
    ? job.kind === 'pull' && job.reference === about.reference
    : about.nimId !== null && job.nimId === about.nimId;

export interface JobsService {
  api: Api['jobs'];
  /**
   * Starts the work at once; its end, however it ends, becomes the job's state. A cancel ends as `cancelled`, a close of
   * core as `interrupted`, just as when core dies. What an earlier try of the same ended with, unless it was done, is told
   * no longer.
   */
  start(about: About, work: (handle: JobHandle) => Promise<void>): Job;
  list(): Job[];
  /** A container was removed: what went wrong with it is settled. */
  forgetFailuresOf(nimId: string): void;
  /** Resolves with the ended job; rejects when the signal aborts, and with NOT_FOUND for a job that is not in the list. */
  whenEnded(jobId: string, signal?: AbortSignal): Promise<Job>;
  /** Cancels what runs and waits until it has ended. */
  close(): Promise<void>;
}

interface Running {
  job: Job;
  controller: AbortController;
  /** Its end is being kept. */
  isEnding: boolean;
  ended: PromiseWithResolvers<Job>;
}

export interface JobLimits {
  /** How long `cancel` waits for the end before it answers with the job as it is. */
  cancelMs: number;
  /** How long `close` waits for work that does not heed its signal. */
  closeMs: number;
}

// An engine ends a pull within a second or two of the cut connection; a shell should not hang on quit, and gives up on all
// of core after ten seconds: jobs must leave the store some of them.
const usualLimits: JobLimits = { cancelMs: 3000, closeMs: 5000 };

/** Resolves when the work ends or the time is up, whichever is first; leaves no timer behind. */
async function atMost(limitMs: number, work: Promise<unknown>): Promise<void> {
  const timeUp = Promise.withResolvers<void>();
  const timer = setTimeout(timeUp.resolve, limitMs);
  try {
    await Promise.race([work, timeUp.promise]);
  } finally {
    clearTimeout(timer);
  }
}

// Progress is not worth a write: after a crash only the fact of the job counts, and what it was about.
const isWorthSaving = (change: JobChange) =>
  ['title', 'reference', 'nimId', 'cancelKeeps'].some((field) => field in change);

export async function createJobsService(
  deps: Pick<CoreDeps, 'log' | 'now'>,
  store: Store,
  limits: JobLimits = usualLimits,
): Promise<JobsService> {
  const instant = () => new Date(deps.now()).toISOString();
  const history = createJobHistory(store, deps.log);
  const running = new Map<string, Running>();
  let isClosing = false;

  const { unfinished, ended: endedBefore } = await history.load();
  // One instant for all: they were cut off together, and their order stays that of their starts.
  const cutOffAt = instant();
  const interrupted = unfinished.map((job) => endJob(job, { state: 'interrupted' }, cutOffAt));
  for (const job of interrupted.slice(0, keptEndedJobs)) void history.save(job);
  history.remove(interrupted.slice(keptEndedJobs).map(({ id }) => id));
  let ended = [...interrupted, ...endedBefore].slice(0, keptEndedJobs);

  const list = (): Job[] => [...[...running.values()].map((entry) => entry.job).toReversed(), ...ended];
  const state = createValue(list());
  const publish = () => state.set(list());

  const drop = (isGone: (job: Job) => boolean): void => {
    const gone = ended.filter(isGone);
    if (gone.length === 0) return;
    ended = ended.filter((job) => !gone.includes(job));
    history.remove(gone.map(({ id }) => id));
    publish();
  };

  const find = (jobId: string): Job => {
    const job = running.get(jobId)?.job ?? ended.find((candidate) => candidate.id === jobId);
    if (job === undefined) throw new AppError('NOT_FOUND', 'There is no such job.', { jobId });
    return job;
  };

  /** The end is shown when it is kept: what was seen as done must not be interrupted after a crash. */
  const finish = async (entry: Running, end: JobEnd): Promise<void> => {
    if (entry.isEnding) return;
    entry.isEnding = true;
    const job = endJob(entry.job, end, instant());
    await history.save(job);
    running.delete(job.id);
    entry.job = job;
    ended = [job, ...ended].slice(0, keptEndedJobs);
    publish();
    entry.ended.resolve(entry.job);
  };

  const endOf = (entry: Running, error: unknown): JobEnd => {
    const { aborted, reason } = entry.controller.signal;
    if (aborted) return { state: isAppError(reason) && reason.detail?.['isClosing'] ? 'interrupted' : 'cancelled' };
    if (isAppError(error, 'CANCELLED')) return { state: 'cancelled' };
    if (isAppError(error)) return { state: 'failed', failure: error.toFailure() };
    const id = randomUUID();
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    deps.log.error('jobs.unforeseen', { id, jobId: entry.job.id, kind: entry.job.kind, error: detail });
    const message = `Unforeseen failure in a ${entry.job.kind} job, number ${id}.`;
    return { state: 'failed', failure: new AppError('INTERNAL', message, { id }).toFailure() };
  };

  const perform = async (entry: Running, work: (handle: JobHandle) => Promise<void>): Promise<void> => {
    const handle: JobHandle = {
      id: entry.job.id,
      signal: entry.controller.signal,
      report(change) {
        if (entry.isEnding) return;
        entry.job = changeJob(entry.job, change);
        if (isWorthSaving(change)) void history.save(entry.job);
        publish();
      },
    };
    try {
      await work(handle);
    } catch (error) {
      return await finish(entry, endOf(entry, error));
    }
    await finish(entry, { state: 'done' });
  };

  const whenEnded = async (jobId: string, signal?: AbortSignal): Promise<Job> => {
    const entry = running.get(jobId);
    return entry === undefined ? find(jobId) : abortable(entry.ended.promise, signal);
  };

  return {
    list,
    whenEnded,
    start(about, work) {
      if (isClosing) throw cancelled('Nimdeck is closing.');
      const entry: Running = {
        job: beginJob(about, randomUUID(), instant()),
        controller: new AbortController(),
        isEnding: false,
        ended: Promise.withResolvers(),
      };
      running.set(entry.job.id, entry);
      drop((job) => job.state !== 'done' && isTryOf(about, job));
      void history.save(entry.job);
      publish();
      void perform(entry, work);
      return entry.job;
    },
    forgetFailuresOf(nimId) {
      drop((job) => job.state !== 'done' && job.nimId === nimId);
    },
    async close() {
      isClosing = true;
      const entries = [...running.values()];
      const reason = new AppError('CANCELLED', 'Nimdeck is closing.', { isClosing: true });
      for (const entry of entries) entry.controller.abort(reason);
      await atMost(limits.closeMs, Promise.all(entries.map((entry) => entry.ended.promise)));
      for (const entry of entries.filter(({ isEnding }) => !isEnding)) {
        deps.log.warn('jobs.did-not-end', { jobId: entry.job.id, kind: entry.job.kind });
        await finish(entry, { state: 'interrupted' });
      }
      await history.settled();
    },
    api: {
      watch: (_input, options) => state.watch(options?.signal),
      async cancel({ jobId }, options) {
        const entry = running.get(jobId);
        if (entry === undefined) return find(jobId);
        entry.controller.abort(cancelled());
        await atMost(limits.cancelMs, abortable(entry.ended.promise, options?.signal));
        return entry.job;
      },
      async dismiss({ jobId }) {
        if (jobId !== null && running.has(jobId)) {
          throw new AppError('CONFLICT', 'The job is still running; cancel it first.', { jobId });
        }
        drop((job) => jobId === null || job.id === jobId);
        return {};
      },
    },
  };
}
