import { request, stream } from '../rpc/contract.ts';
import { z } from '../zod.ts';
import { nothing } from './common.ts';

/** The machines that practice mode can pretend to be. */
export const practiceMachine = z.enum([
  'rtx-4090',
  'two-rtx-6000-ada',
  'h100-mig-7',
  'a100-mig-mixed',
  'eight-h100-mig-7',
  'gb10',
  'none',
  'driver-broken',
]);
export type PracticeMachine = z.infer<typeof practiceMachine>;

/**
 * What can be made to go wrong. `next`: waits for the next pull or start, and can be taken back until then; `while`:
 * lasts until it is taken back; `now`: happens once, at once.
 */
export const practiceFaults = {
  'pull-stalls': 'while',
  'pulls-are-slow': 'while',
  'pull-breaks': 'next',
  'pull-dies': 'next',
  'disk-full': 'next',
  'disk-nearly-full': 'while',
  'nim-stays-loading': 'next',
  'nim-dies': 'now',
  'log-flood': 'while',
  'gpu-lost': 'while',
  'engine-hangs': 'while',
  'engine-gone': 'while',
  'key-refused': 'while',
} as const satisfies Record<string, 'next' | 'while' | 'now'>;
export type PracticeFault = keyof typeof practiceFaults;
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Object.keys forgets the names of its object
export const practiceFault = z.enum(Object.keys(practiceFaults) as [PracticeFault, ...PracticeFault[]]);

export const provokedFault = z.object({ fault: practiceFault, isHappening: z.boolean() });
export type ProvokedFault = z.infer<typeof provokedFault>;

/** How many times faster than measured pulls and starts go. */
export const practiceSpeeds = [1, 5, 20, 100] as const;

export const practiceState = z.object({
  /** False when the stand-ins have ended by themselves: nothing answers until `reset`. */
  isRunning: z.boolean(),
  machine: practiceMachine,
  /** One of `practiceSpeeds`, or what a test asked for. */
  speed: z.number(),
  /** What was provoked and is not over; `isHappening` false: it waits for the next pull or start. */
  faults: z.array(provokedFault),
  /** What signs in here, and nowhere else. */
  key: z.string(),
});
export type PracticeState = z.infer<typeof practiceState>;

export const practice = {
  /** Null: this core is the real one. */
  watch: stream(nothing, practiceState.nullable()),
  /** On the real core: starts the practice core, so that a page may connect to it. Says why when that fails. */
  open: request(nothing, nothing),
  // All others are answered by the practice core only.
  /** What runs ends, as it would when the hardware is pulled out. */
  setMachine: request(z.strictObject({ machine: practiceMachine }), nothing),
  setSpeed: request(z.strictObject({ speed: z.number().min(0.1).max(1000) }), nothing),
  /** `isOn` false takes it back; of no use for what happens once. */
  provoke: request(z.strictObject({ fault: practiceFault, isOn: z.boolean() }), nothing),
  /** Throws everything away that practice has made and begins anew; every page of it connects again. */
  reset: request(nothing, nothing),
};
