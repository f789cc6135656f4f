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
