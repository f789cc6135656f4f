import type { Job } from '../../../shared/contract/jobs.ts';
import { repositoryOf } from '../../app/image-reference.ts';

/** Of each repository the newest job that pulls it, or was to and failed: also a run whose image was not there yet. */
export function lastPulls(jobs: readonly Job[]): ReadonlyMap<string, Job> {
  const last = new Map<string, Job>();
  for (const job of jobs) {
    if (job.reference === null || job.nimId !== null || job.kind === 'start') continue;
    const repository = repositoryOf(job.reference);
    const other = last.get(repository);
    if (other === undefined || Date.parse(job.startedAt) >= Date.parse(other.startedAt)) last.set(repository, job);
  }
  return last;
}
