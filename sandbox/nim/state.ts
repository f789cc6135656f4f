export type Condition = 'refused' | 'loading' | 'ready' | 'unhealthy';

/** `GET /__sandbox/state`. */
export interface NimState {
  condition: Condition;
  /** Chat requests that were let in. */
  requests: number;
  running: number;
  /** Ended by the client before they were done. */
  aborted: number;
  finished: number;
  /** Content tokens written to all clients. */
  tokens: number;
  /** The newest answers as the server itself saw them, newest last; at most 50. */
  record: ServedRecord[];
}

/** One answer, by the server's own clock: from the request that had come to the tokens that were written. */
export interface ServedRecord {
  reason: string;
  promptTokens: number;
  completionTokens: number;
  ttftMs: number | null;
  /** Tokens after the first ÷ time after the first. */
  tokensPerSecond: number | null;
}

export type NimControl = Partial<{
  /** Ready again after `unhealthy`, or the other way round. */
  condition: 'ready' | 'unhealthy';
  ttftMs: number;
  tokensPerSecond: number;
  /** Resets every running answer's connection. */
  breakStreams: true;
  /** Ends the process with this code, after the lines of a dead engine unless it is 0. */
  exit: number;
}>;

const isCount = (value: unknown) => typeof value === 'number' && Number.isFinite(value) && value >= 0;

const checks: Record<keyof NimControl, (value: unknown) => boolean> = {
  condition: (value) => value === 'ready' || value === 'unhealthy',
  ttftMs: isCount,
  tokensPerSecond: isCount,
  breakStreams: (value) => value === true,
  exit: isCount,
};

/** Null for anything that is not wholly understood. */
export function parseControl(text: string): NimControl | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const isUnderstood = Object.entries(value).every(([key, entry]) =>
    Object.entries(checks).some(([name, check]) => name === key && check(entry)),
  );
  return isUnderstood ? value : null;
}
