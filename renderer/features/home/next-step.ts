import type { LocalImage } from '../../../shared/contract/images.ts';
import type { Job } from '../../../shared/contract/jobs.ts';
import type { Nim } from '../../../shared/contract/nims.ts';
import type { Check } from './checks.ts';

/** The one thing to do next on the way to a first answer; null while it is not known what there is. */
export type NextStep =
  | { kind: 'mend-engine' }
  | { kind: 'mend-gpu' }
  | { kind: 'sign-in' }
  | { kind: 'choose-model' }
  | { kind: 'run-image'; reference: string }
  | { kind: 'watch-job' }
  | { kind: 'watch-start'; nim: Nim }
  | { kind: 'chat'; nim: Nim };

interface Known {
  checks: readonly Check[];
  nims: readonly Nim[] | undefined;
  images: readonly LocalImage[] | null | undefined;
  jobs: readonly Job[];
}

export function nextStep({ checks, nims, images, jobs }: Known): NextStep | null {
  const stateOf = (id: Check['id']) => checks.find((check) => check.id === id)?.state;
  if (stateOf('engine') === 'bad') return { kind: 'mend-engine' };
  if (stateOf('engine') === 'pending' || nims === undefined || images === undefined) return null;
  const ready = nims.find((nim) => nim.status === 'ready');
  if (ready !== undefined) return { kind: 'chat', nim: ready };
  const starting = nims.find((nim) => nim.status === 'starting');
  if (starting !== undefined) return { kind: 'watch-start', nim: starting };
  if (jobs.some((job) => job.state === 'running')) return { kind: 'watch-job' };
  // Who has no GPU at all may still run a small model on the processor: said, not in the way.
  if (stateOf('driver') === 'bad' && stateOf('toolkit') !== 'not-needed') return { kind: 'mend-gpu' };
  const [reference] = (images ?? []).filter((image) => image.nim !== null).flatMap((image) => image.references);
  if (reference !== undefined) return { kind: 'run-image', reference };
  return { kind: stateOf('key') === 'bad' ? 'sign-in' : 'choose-model' };
}
