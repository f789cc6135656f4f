import type { Job } from '../../shared/contract/jobs.ts';
import { useApi } from '../api.tsx';
import { useAction } from '../hooks/use-action.ts';
import { useDialogs } from './dialogs.ts';
import { retryOf } from './retry-job.ts';

interface Retry {
  /** Null where it is not known what there is to do again. */
  retry: (() => void) | null;
  isRetrying: boolean;
  /** Opens the choices of a failed run, as they were, to be changed; null for other jobs. */
  change: (() => void) | null;
}

export function useRetryJob(job: Job): Retry {
  const api = useApi();
  const spec = useDialogs((dialogs) => dialogs.specs[job.id]);
  const openRun = useDialogs((dialogs) => dialogs.openRun);
  const action = useAction((again: () => Promise<unknown>) => again());
  const { id, kind, reference } = job;
  const change =
    kind === 'deploy' && reference !== null ? () => openRun(reference, { jobId: id, spec: spec ?? null }) : null;
  const again = retryOf(api, job);
  // Begun elsewhere: its choices are not known here, so they are asked for.
  return { retry: again === null ? change : () => action.run(again), isRetrying: action.isRunning, change };
}
