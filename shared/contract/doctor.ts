import { request, stream } from '../rpc/contract.ts';
import { z } from '../zod.ts';
import { failure, instant, nothing } from './common.ts';

/** The links from the card to a running NIM, in the order in which one needs the other; then what every NIM needs beside. */
export const checkId = z.enum([
  'platform',
  'card',
  'driver',
  'library',
  'driver-version',
  'mig',
  'environment',
  'engine',
  'engine-version',
  'toolkit',
  'cdi',
  'engine-gpu',
  'probe',
  'disk',
  'cache',
  'shared-memory',
  'key',
  'hosts',
]);
export type CheckId = z.infer<typeof checkId>;

/**
 * `checking`: being looked at. `warning`: a NIM may run, this may stop it. `failed`: this stops a NIM. `unknown`: it could
 * not be seen, and nothing is claimed. `not-applicable`: of no matter on this machine. `skipped`: an earlier link is
 * broken, and this one cannot be judged before that is mended.
 */
export const checkState = z.enum(['checking', 'ok', 'warning', 'failed', 'unknown', 'not-applicable', 'skipped']);
export type CheckState = z.infer<typeof checkState>;

/** What was seen, word by word, and where: a command, a file, an operation of the engine. */
export const evidence = z.object({ text: z.string(), source: z.string().nullable() });
export type Evidence = z.infer<typeof evidence>;

export const check = z.object({
  id: checkId,
  state: checkState,
  evidence: z.array(evidence),
  /** With `warning` and `failed`, and with `unknown` where looking itself failed. */
  failure: failure.nullable(),
  /** What the user can do in this very case; null where there is nothing to mend. */
  remedy: z.string().nullable(),
  /** The measure: “driver 580 for NIM 2.x”. */
  against: z.string().nullable(),
  /** With `skipped`: the link to mend first. */
  brokenBy: checkId.nullable(),
  /** When the slowest of its readings ended. */
  checkedAt: instant.nullable(),
  /** Milliseconds that looking took. */
  tookMs: z.number().int().min(0).nullable(),
});
export type Check = z.infer<typeof check>;

export const doctorReport = z.object({
  /** All of them, always, in the order of the chain. */
  checks: z.array(check),
  isRunning: z.boolean(),
  /** A container is being tried. */
  isProbing: z.boolean(),
});
export type DoctorReport = z.infer<typeof doctorReport>;

export const doctor = {
  /** The checks as they end, for all watchers the same. Who comes first, or after a minute, has all but the probe made anew. */
  watch: stream(nothing, doctorReport),
  /** Makes these checks again (none named: all but the probe) and answers when they have ended. Never hangs: every look has a time limit. */
  check: request(z.strictObject({ ids: z.array(checkId).max(checkId.options.length).nullable() }), doctorReport),
  /**
   * Starts a small container with every GPU, of an image that is here already, asks the driver in it and removes it again;
   * nothing is pulled. The answer of an earlier one is given while engine, driver and MIG layout are the same, unless
   * `isAgain`. What it found is the check `probe`; it rejects only when aborted.
   */
  probe: request(z.strictObject({ isAgain: z.boolean() }), doctorReport),
};
