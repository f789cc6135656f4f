import type { Job } from '../../shared/contract/jobs.ts';
import type { DeploySpec } from '../../shared/contract/nims.ts';
import { useApi } from '../api.tsx';
import { useAction } from '../hooks/use-action.ts';
import { useDialogs } from './dialogs.ts';

interface Retry {
  /** Does again what a failed job was to do; the old entry goes. Null where that cannot be known. */
  retry: (() => void) | null;
  isRetrying: boolean;
  /** Opens the choices of a failed run, as they were, to be changed; null for other jobs. */
  change: (() => void) | null;
}

export function useRetryJob(job: Job): Retry {
  const api = useApi();
  const spec = useDialogs((dialogs) => dialogs.specs[job.id]);
  const rememberSpec = useDialogs((dialogs) => dialogs.rememberSpec);
  const openRun = useDialogs((dialogs) => dialogs.openRun);
  const forget = () => api.jobs.dismiss({ jobId: job.id });

  const pull = useAction(async (reference: string) => {
    await api.images.pull({ reference });
    await forget();
  });
  const start = useAction(async (nimId: string) => {
    await api.nims.start({ nimId });
    await forget();
  });
  const deploy = useAction(async (again: DeploySpec) => {
    const { jobId } = await api.nims.deploy(again);
    rememberSpec(jobId, again);
    await forget();
  });

  const { kind, reference, nimId } = job;
  const isRetrying = pull.isRunning || start.isRunning || deploy.isRunning;
  if (kind === 'pull' && reference !== null) return { retry: () => pull.run(reference), isRetrying, change: null };
  if (kind === 'start' && nimId !== null) return { retry: () => start.run(nimId), isRetrying, change: null };
  if (kind !== 'deploy' || reference === null) return { retry: null, isRetrying, change: null };
  const change = () => openRun(reference, { jobId: job.id, spec: spec ?? null });
  // Begun elsewhere: its choices are not known here, so they are asked for.
  return { retry: spec === undefined ? change : () => deploy.run(spec), isRetrying, change };
}
