import { isOneOf, isRecord } from '../registry/behaviour.ts';

/** What the hosted API does beside answering; all of it can be changed while it runs. */
export interface HostedBehaviour {
  /** Before each answer. */
  delayMs: number;
  /** In the place of every answer: a proxy's web page, a gateway's plain text with 502, an empty 500. */
  failure: 'proxy-page' | 'bad-gateway' | 'empty' | null;
  /** Of one key; then 429, without a word about when to come again. Users assume 40 (ngc facts 5.4). */
  requestsPerMinute: number;
  /** Requests until the credits are used up; then 402, as everybody guesses. Null: they never are. */
  credits: number | null;
  /** How often a cold model is asked for before it answers. */
  coldPolls: number;
  ttftMs: number;
  /** 0: all at once. */
  tokensPerSecond: number;
}

export const usualBehaviour: HostedBehaviour = {
  delayMs: 0,
  failure: null,
  requestsPerMinute: 40,
  credits: null,
  coldPolls: 2,
  ttftMs: 250,
  tokensPerSecond: 80,
};

const isCount = (value: unknown) => typeof value === 'number' && Number.isFinite(value) && value >= 0;

const checks: Record<keyof HostedBehaviour, (value: unknown) => boolean> = {
  delayMs: isCount,
  failure: (value) => value === null || isOneOf(['proxy-page', 'bad-gateway', 'empty'], value),
  requestsPerMinute: isCount,
  credits: (value) => value === null || isCount(value),
  coldPolls: isCount,
  ttftMs: isCount,
  tokensPerSecond: isCount,
};

/** Null for anything that is not wholly understood. */
export function parseHostedChange(value: unknown): Partial<HostedBehaviour> | null {
  if (!isRecord(value)) return null;
  const isKnown = Object.entries(value).every(([key, entry]) =>
    Object.entries(checks).some(([name, check]) => name === key && check(entry)),
  );
  return isKnown ? value : null;
}
