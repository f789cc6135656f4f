import type { CoreHandle } from '../core/host/open-core.ts';
import { contract } from '../shared/contract/index.ts';
import type { CancelKeeps, Job } from '../shared/contract/jobs.ts';
import { isAppError } from '../shared/errors.ts';
import { formatBytes } from '../shared/format.ts';
import { connect } from '../shared/rpc/connect.ts';

export interface Losses {
  /** What ends and is lost when this process ends now; null when nothing is. */
  now(): string | null;
  watch(core: CoreHandle): Promise<void>;
}

const keeps: Record<CancelKeeps, string> = {
  nothing: 'this engine’s store keeps nothing of it',
  layers: 'the layers and parts of layers that have arrived are kept',
  unknown: 'what this engine keeps of it is not known',
};

/** Jobs run in the owner, so only the owner's end ends them. */
export function createLosses(): Losses {
  let jobs: readonly Job[] = [];
  return {
    now: () => describeLosses(jobs),
    async watch(core) {
      jobs = [];
      if (!core.isOwner) return;
      const api = connect(await core.newPort(), contract);
      try {
        for await (const present of api.jobs.watch({})) jobs = present;
      } catch (error) {
        // The core is closing; until then the last list counts.
        if (!isAppError(error, 'DISCONNECTED')) throw error;
      }
    },
  };
}

export function describeLosses(jobs: readonly Job[]): string | null {
  const lines = jobs.filter(isPulling).map((job) => {
    const arrived = formatBytes(job.pull?.bytesDone ?? 0);
    return `${job.title} is being pulled: ${arrived} have arrived; ${keeps[job.cancelKeeps ?? 'unknown']}.`;
  });
  return lines.length === 0 ? null : lines.join('\n');
}

function isPulling(job: Job): boolean {
  return job.state === 'running' && job.pull !== null && job.start === null;
}
