import type { Api } from '../../shared/contract/index.ts';
import type { Job } from '../../shared/contract/jobs.ts';
import { useDialogs } from './dialogs.ts';

/** Does again what a failed job was to do, and its entry goes; null where its choices are not known here. */
export function retryOf(api: Api, { id, kind, reference, nimId }: Job): (() => Promise<unknown>) | null {
  const { specs, rememberSpec } = useDialogs.getState();
  const spec = specs[id];
  // Of these two core forgets the earlier try by itself.
  if (kind === 'pull' && reference !== null) return () => api.images.pull({ reference });
  if (kind === 'start' && nimId !== null) return () => api.nims.start({ nimId });
  if (kind !== 'deploy' || spec === undefined) return null;
  return async () => {
    const { jobId } = await api.nims.deploy(spec);
    rememberSpec(jobId, spec);
    await api.jobs.dismiss({ jobId: id });
  };
}
