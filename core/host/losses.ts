import type { CancelKeeps, Job } from '../../shared/contract/jobs.ts';
import { formatBytes } from '../../shared/format.ts';

const keeps: Record<CancelKeeps, string> = {
  nothing: 'this engine’s store keeps nothing of a cancelled pull',
  layers: 'this engine’s store keeps the layers and parts of layers that have arrived, for some hours',
  unknown: 'what this engine keeps of a cancelled pull is not known',
};

/** What of these jobs would be lost if they ended now, a line each; null when nothing would be. */
export function describeLosses(jobs: readonly Job[]): string | null {
  const lines = jobs.filter(isPulling).map((job) => {
    const arrived = formatBytes(job.pull?.bytesDone ?? 0);
    return `${job.title} is being pulled: ${arrived} have arrived; ${keeps[job.cancelKeeps ?? 'unknown']}.`;
  });
  return lines.length === 0 ? null : lines.join('\n');
}

function isPulling({ state, pull, start }: Job): boolean {
  return state === 'running' && pull !== null && pull.bytesDone > 0 && start === null;
}
