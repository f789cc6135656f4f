import { describe, expect, it } from 'vitest';
import type { PullProgress } from '../../shared/contract/jobs.ts';
import { AppError, cancelled } from '../../shared/errors.ts';
import { createSharedPulls } from './shared-pulls.ts';

const progress = (bytesDone: number) => ({ bytesDone }) as PullProgress;

/** Pulls that go on when the test says so. */
function controlled() {
  const begun: {
    reference: string;
    signal: AbortSignal;
    onProgress: (progress: PullProgress) => void;
    end: PromiseWithResolvers<void>;
  }[] = [];
  const pulls = createSharedPulls((reference, { signal, onProgress }) => {
    const end = Promise.withResolvers<void>();
    begun.push({ reference, signal, onProgress, end });
    return end.promise;
  });
  const join = (reference = 'x') => {
    const seen: number[] = [];
    const abort = new AbortController();
    const ended = pulls.join(reference, { signal: abort.signal, onProgress: ({ bytesDone }) => seen.push(bytesDone) });
    ended.catch(() => undefined);
    return { seen, ended, leave: () => abort.abort() };
  };
  const settled = async () => {
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  };
  return { begun, pulls, join, settled };
}

describe('createSharedPulls', () => {
  it('runs one pull for all who ask for the same, and tells the late ones how far it is', async () => {
    const { begun, join, settled } = controlled();
    const first = join();
    await settled();
    begun[0]?.onProgress(progress(1));
    const second = join();
    const other = join('y');
    await settled();
    begun[0]?.onProgress(progress(2));
    expect(begun.map(({ reference }) => reference)).toEqual(['x', 'y']);
    expect([first.seen, second.seen, other.seen]).toEqual([[1, 2], [1, 2], []]);
    begun[0]?.end.resolve();
    await Promise.all([first.ended, second.ended]);
  });

  it('lets one leave without ending the pull, and ends it with the last', async () => {
    const { begun, join, settled } = controlled();
    const [first, second] = [join(), join()];
    await settled();
    first.leave();
    await expect(first.ended).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(begun[0]?.signal.aborted).toBe(false);
    second.leave();
    await settled();
    expect(begun[0]?.signal.aborted).toBe(true);
  });

  it('is cancelled only when the engine’s pull has ended', async () => {
    const { begun, join, settled } = controlled();
    const only = join();
    await settled();
    only.leave();
    let isOver = false;
    only.ended.catch(() => (isOver = true));
    await settled();
    expect(isOver).toBe(false);
    begun[0]?.end.reject(cancelled());
    await expect(only.ended).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('begins anew for whoever comes while one is being ended', async () => {
    const { begun, join, settled } = controlled();
    const first = join();
    await settled();
    first.leave();
    await settled();
    const second = join();
    await settled();
    expect(begun).toHaveLength(1);
    begun[0]?.end.reject(cancelled());
    await settled();
    expect(begun).toHaveLength(2);
    begun[1]?.end.resolve();
    await second.ended;
  });

  it('tells everyone of a failure, and begins anew after it', async () => {
    const { begun, join, settled } = controlled();
    const both = [join(), join()];
    await settled();
    begun[0]?.end.reject(new AppError('DISK_FULL', 'full'));
    for (const { ended } of both) await expect(ended).rejects.toMatchObject({ code: 'DISK_FULL' });
    join();
    await settled();
    expect(begun).toHaveLength(2);
  });

  it('begins nothing for a signal that was aborted before, nor after its end', async () => {
    const { begun, pulls, join, settled } = controlled();
    const follower = { signal: AbortSignal.abort(), onProgress: () => undefined };
    await expect(pulls.join('x', follower)).rejects.toMatchObject({ code: 'CANCELLED' });
    const running = join();
    await settled();
    const closed = pulls.close();
    await settled();
    expect(begun[0]?.signal.aborted).toBe(true);
    begun[0]?.end.reject(cancelled());
    await closed;
    await expect(running.ended).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect(join().ended).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(begun).toHaveLength(1);
  });
});
