import type { Api } from '../../shared/contract/index.ts';
import { createValue } from '../lib/value.ts';

/** A page that is loaded again, or whose connection is made again, is back within this on a busy machine. */
const usualGraceMs = 5_000;

/**
 * Whether somebody shows a page to an audience: counts the pages that say so, each for as long as it holds its stream
 * open, and believes the end of the last one only after `graceMs`, as what was held back meanwhile is shown then.
 */
export function createPresenting(graceMs = usualGraceMs): Pick<Api['app'], 'present' | 'watchPresenting'> {
  const state = createValue({ isPresenting: false });
  let pages = 0;
  let ending: NodeJS.Timeout | undefined;

  function come(): void {
    pages += 1;
    clearTimeout(ending);
    if (!state.get().isPresenting) state.set({ isPresenting: true });
  }

  function go(): void {
    pages -= 1;
    if (pages > 0) return;
    ending = setTimeout(() => state.set({ isPresenting: false }), graceMs);
    // A core that ends waits for nobody's applause.
    ending.unref();
  }

  return {
    async *present(_input, { signal } = {}) {
      come();
      try {
        yield* state.watch(signal);
      } finally {
        go();
      }
    },
    watchPresenting: (_input, { signal } = {}) => state.watch(signal),
  };
}
