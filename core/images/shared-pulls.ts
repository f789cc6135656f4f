import type { PullProgress } from '../../shared/contract/jobs.ts';
import { cancelled } from '../../shared/errors.ts';

interface Follower {
  signal: AbortSignal;
  onProgress: (progress: PullProgress) => void;
}

export interface SharedPulls {
  /** Joins the pull of this reference or begins it; settles with it, or as cancelled when the follower's signal aborts. */
  join(reference: string, follower: Follower): Promise<void>;
  /** Ends every pull and waits for its end. */
  close(): Promise<void>;
}

interface SharedPull {
  followers: Set<Follower>;
  last: PullProgress | null;
  abort: AbortController;
  ended: Promise<void>;
}

/**
 * One engine pull per reference: a second one would share the engine's transfer but see no progress for a long time
 * (test host 2.4), so whoever comes later follows the first. The last one who leaves ends it.
 */
export function createSharedPulls(run: (reference: string, follower: Follower) => Promise<void>): SharedPulls {
  const active = new Map<string, SharedPull>();
  let isClosed = false;

  function begin(reference: string): SharedPull {
    const abort = new AbortController();
    const shared: SharedPull = { followers: new Set(), last: null, abort, ended: Promise.resolve() };
    const onProgress = (progress: PullProgress) => {
      shared.last = progress;
      for (const follower of shared.followers) follower.onProgress(progress);
    };
    active.set(reference, shared);
    shared.ended = run(reference, { signal: abort.signal, onProgress }).finally(() => {
      if (active.get(reference) === shared) active.delete(reference);
    });
    // Each follower hears of a failure by itself; without one left nobody needs to.
    shared.ended.catch(() => {});
    return shared;
  }

  async function leave(shared: SharedPull, follower: Follower): Promise<void> {
    shared.followers.delete(follower);
    if (shared.followers.size > 0) return;
    shared.abort.abort();
    // Cancelled means that the engine's pull has ended, not that it was asked to.
    await Promise.allSettled([shared.ended]);
  }

  return {
    async join(reference, follower) {
      let shared = active.get(reference);
      // One that is being ended is waited for: its end would be this one's, too.
      while (shared?.abort.signal.aborted === true) {
        await Promise.allSettled([shared.ended]);
        shared = active.get(reference);
      }
      if (isClosed || follower.signal.aborted) throw cancelled();
      const joined = shared ?? begin(reference);
      joined.followers.add(follower);
      if (joined.last !== null) follower.onProgress(joined.last);

      const left = Promise.withResolvers<'left'>();
      const onAbort = () => left.resolve('left');
      follower.signal.addEventListener('abort', onAbort, { once: true });
      try {
        if ((await Promise.race([joined.ended, left.promise])) === 'left') throw cancelled();
      } finally {
        follower.signal.removeEventListener('abort', onAbort);
        await leave(joined, follower);
      }
    },
    async close() {
      isClosed = true;
      const pulls = [...active.values()];
      for (const { abort } of pulls) abort.abort();
      await Promise.allSettled(pulls.map(({ ended }) => ended));
    },
  };
}
