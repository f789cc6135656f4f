import type { GpuProof, ProofDoubt } from './contract/gpu-proof.ts';
import { formatMemory } from './format.ts';

/** What a proof says, for one line; the same in pages and terminal. */
export const proofWords = {
  waiting: 'Loading',
  none: 'GPU not used',
  lost: 'GPU lost',
  unknown: 'GPU use not known',
} satisfies Record<Exclude<GpuProof['state'], 'proven'>, string>;

/** Of what was lost and is there again. */
export const backWords = {
  line: 'GPU back',
  sentence:
    'The driver had lost its GPU and lists it again. What ran on it does not have it back by that: it has to be started again.',
};

/** Why nothing can be proven, as a sentence. */
export const doubtWords: Record<ProofDoubt, string> = {
  'engine-elsewhere': 'The engine runs on another machine; only that machine’s driver could say it.',
  'engine-in-vm': 'The engine runs in a virtual machine, whose processes the driver here does not name.',
  wsl: 'On WSL the Windows driver names no processes, so memory cannot be told apart.',
  'driver-silent': 'nvidia-smi does not answer now.',
  'processes-hidden':
    'Something holds memory of its GPU, and whose it is cannot be seen from here: another user’s, or outside of this container.',
};

/** `GPU 0, 13.1 GiB`, `2 GPUs, 40.0 GiB`, `slice on GPU 0, 9.0 GiB`; `GPU not used`. */
export function proofLine({ state, devices, isBack }: Pick<GpuProof, 'state' | 'devices' | 'isBack'>): string {
  if (isBack) return backWords.line;
  if (state !== 'proven') return proofWords[state];
  const isSliced = devices.every(({ id }) => id.startsWith('MIG-'));
  const [first] = devices;
  const place =
    devices.length === 1
      ? `${isSliced ? 'slice on ' : ''}GPU ${first?.gpuIndex ?? '?'}`
      : `${devices.length} ${isSliced ? 'slices' : 'GPUs'}`;
  const held = devices.map(({ memoryMiB }) => memoryMiB);
  const sum = held.reduce<number | null>((all, one) => (all === null || one === null ? null : all + one), 0);
  return sum === null ? place : `${place}, ${formatMemory(sum)}`;
}
