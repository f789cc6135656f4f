import { isOneOf, isRecord } from '../registry/behaviour.ts';

/** What can go wrong on the way to NGC; all of it can be changed while it runs. */
export interface NgcBehaviour {
  /** Before each answer. */
  delayMs: number;
  /** In the place of every answer: a proxy's web page, 429, 503. */
  failure: 'proxy-page' | 'rate-limited' | 'unavailable' | null;
  /** Where the caller lives: four repositories are not told of in the EU (ngc facts 3.3). */
  region: 'us' | 'eu';
}

export const usualBehaviour: NgcBehaviour = { delayMs: 0, failure: null, region: 'us' };

const checks: Record<keyof NgcBehaviour, (value: unknown) => boolean> = {
  delayMs: (value) => typeof value === 'number' && Number.isFinite(value) && value >= 0,
  failure: (value) => value === null || isOneOf(['proxy-page', 'rate-limited', 'unavailable'], value),
  region: (value) => isOneOf(['us', 'eu'], value),
};

/** Null for anything that is not wholly understood. */
export function parseNgcChange(value: unknown): Partial<NgcBehaviour> | null {
  if (!isRecord(value)) return null;
  const isKnown = Object.entries(value).every(([key, entry]) =>
    Object.entries(checks).some(([name, check]) => name === key && check(entry)),
  );
  return isKnown ? value : null;
}
