import type { Job } from '../../../shared/contract/jobs.ts';

/**
 * Runs that have no container: it is not made yet, or it never was. Of those that failed only the last one: older ones
 * would push what does run out of sight, and the jobs tray has them all.
 */
export function comingRuns(jobs: readonly Job[]): Job[] {
  const runs = jobs.filter((job) => job.kind === 'deploy' && job.nimId === null);
  const lastFailed = runs.find((job) => job.state === 'failed');
  return runs.filter((job) => job.state === 'running' || job === lastFailed);
}
