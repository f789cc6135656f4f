import type { Api } from '../../shared/contract/index.ts';
import type { Job } from '../../shared/contract/jobs.ts';
import type { CoreDeps } from '../deps.ts';
import type { Store } from '../store/store.ts';

/** What the work of a job gets. */
export interface JobHandle {
  readonly id: string;
  /** Aborted by `jobs.cancel` and when core closes. */
  readonly signal: AbortSignal;
  /** The one place where a job changes. */
  report(
    change: Partial<Pick<Job, 'title' | 'reference' | 'nimId' | 'pull' | 'start' | 'cancelKeeps' | 'logTail'>>,
  ): void;
}

export interface JobsService {
  api: Api['jobs'];
  /** Starts the work at once; its end, however it ends, becomes the job's state. An abort ends as `cancelled`. */
  start(about: Pick<Job, 'kind' | 'title' | 'reference' | 'nimId'>, work: (handle: JobHandle) => Promise<void>): Job;
  list(): Job[];
  /** Resolves with the ended job; rejects only when the signal aborts. */
  whenEnded(jobId: string, signal?: AbortSignal): Promise<Job>;
  /** Cancels what runs and waits until it has ended. */
  close(): Promise<void>;
}

export declare function createJobsService(deps: CoreDeps, store: Store): Promise<JobsService>;
