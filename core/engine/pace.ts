/** How long the engine may take, and how often it is tried. Milliseconds. */
export interface EnginePace {
  /** An engine that answers at all does so in milliseconds; one under load was never seen to need a second. */
  pingMs: number;
  /** `/info` counts containers and asks the store: slower on a busy engine than a ping. */
  describeMs: number;
  /** A frozen engine keeps its connections open: only a question without an answer gives it away. */
  heartbeatMs: number;
  firstRetryMs: number;
  /** One that was lost a moment ago is being started again, mostly: what it has is shown within a second of its return. */
  returnRetryMs: number;
  /** Asking a local socket costs next to nothing. */
  localRetryMs: number;
  remoteRetryMs: number;
  /** Long enough for a restart of the engine (up to 11 s when containers ignore TERM, test host 4); then it is just away. */
  lostForMs: number;
}

export const usualPace: EnginePace = {
  pingMs: 5_000,
  describeMs: 15_000,
  heartbeatMs: 15_000,
  firstRetryMs: 250,
  returnRetryMs: 400,
  localRetryMs: 1_000,
  remoteRetryMs: 5_000,
  lostForMs: 30_000,
};
