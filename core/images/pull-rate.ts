/** Bytes fetched since the first line, at a few moments of the last seconds; oldest first. */
export type RateSamples = readonly { atMs: number; bytes: number }[];

/** Long enough to look steady between the bursts of several layers, short enough to show a change within seconds. */
const windowMs = 10_000;
/** Lines come up to 25 times a second; a few samples a second give the same number. */
const sampleEveryMs = 250;
/** Before this much time was seen a rate is a guess. */
const shortestMs = 1_000;

export const noSamples: RateSamples = [];

export function addSample(samples: RateSamples, atMs: number, gained: number): RateSamples {
  const last = samples.at(-1);
  if (last === undefined) return [{ atMs, bytes: 0 }];
  if (gained === 0) return samples;
  const sample = { atMs, bytes: last.bytes + gained };
  const isClose = samples.length > 1 && atMs - (samples.at(-2)?.atMs ?? 0) < sampleEveryMs;
  const kept = isClose ? samples.slice(0, -1) : samples;
  // One sample from before the window stays: the window begins somewhere behind it.
  const firstInside = kept.findIndex((each) => each.atMs >= atMs - windowMs);
  return [...kept.slice(Math.max(firstInside - 1, 0)), sample];
}

/** Whole bytes a second over the last seconds, null where too little was seen. */
export function rateOf(samples: RateSamples, nowMs: number): number | null {
  const last = samples.at(-1);
  const first = samples.find(({ atMs }) => atMs >= nowMs - windowMs) ?? last;
  if (first === undefined || last === undefined || nowMs - first.atMs < shortestMs) return null;
  return Math.round(((last.bytes - first.bytes) * 1000) / (nowMs - first.atMs));
}
