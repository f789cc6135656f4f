import { cancelled } from '../../shared/errors.ts';

/** Waits for work that others share: an abort ends the waiting, not the work. */
export async function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  if (signal.aborted) {
    // It has begun all the same, and its failure would be nobody's: that ends the process.
    work.catch(() => {});
    throw cancelled();
  }
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(cancelled());
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
