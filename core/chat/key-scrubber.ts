import { createScrubber } from '../lib/scrub.ts';
import type { Headers } from './connections.ts';

/** Takes the very key that these headers carry out of what a server says, however it is spelled, and all that looks like one. */
export function keyScrubber({ authorization }: Headers): (text: string) => string {
  return createScrubber(authorization === undefined ? [] : [authorization.replace(/^\S+ /, '')]);
}
