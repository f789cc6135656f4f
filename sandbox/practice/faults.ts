import type { PracticeFault } from '../../shared/contract/practice.ts';
import type { EngineFault } from '../engine/faults.ts';

/** What the engine is told for each; null: the machine or NGC does it. */
const engineFaults = {
  'pull-stalls': 'next-pull-stalls',
  'pulls-are-slow': 'pulls-are-slow',
  'pull-breaks': 'next-pull-breaks',
  'pull-dies': 'next-pull-dies',
  'disk-full': 'next-pull-fills-disk',
  'disk-nearly-full': 'disk-is-nearly-full',
  'nim-stays-loading': 'next-nim-stays-502',
  'nim-dies': 'nim-dies',
  'log-flood': 'nim-floods-log',
  'engine-hangs': 'engine-hangs',
  'engine-gone': 'engine-is-gone',
  'gpu-lost': null,
  'key-refused': null,
} as const satisfies Record<PracticeFault, EngineFault | null>;

export function isPracticeFault(name: unknown): name is PracticeFault {
  return typeof name === 'string' && Object.hasOwn(engineFaults, name);
}

export function engineFaultOf(fault: PracticeFault): EngineFault | null {
  return engineFaults[fault];
}

export function practiceFaultOf(fault: EngineFault): PracticeFault | undefined {
  return Object.keys(engineFaults)
    .filter((name) => isPracticeFault(name))
    .find((name) => engineFaults[name] === fault);
}
