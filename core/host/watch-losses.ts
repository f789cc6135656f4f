import { describeLosses } from './losses.ts';
import type { CoreHandle } from './open-core.ts';
import { contract } from '../../shared/contract/index.ts';
import type { Job } from '../../shared/contract/jobs.ts';
import { isAppError } from '../../shared/errors.ts';
import { connect } from '../../shared/rpc/connect.ts';

export interface Losses {
  /** What ends and is lost when this process ends now; null when nothing is. */
  now(): string | null;
  watch(core: CoreHandle): Promise<void>;
}

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
