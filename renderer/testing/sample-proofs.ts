import type { GpuProof } from '../../shared/contract/gpu-proof.ts';
import type { Nim } from '../../shared/contract/nims.ts';

const base = { devices: [], failure: null, doubt: null, isRestartUseful: false, isBack: false };
const card = { id: 'GPU-11111111', name: 'NVIDIA H100 80GB HBM3', gpuIndex: 0, memoryMiB: 13_960 };

/** By name, what is known of each NIM's use of its GPU: one uses it, one has lost it, one does not use it. */
const samples: Record<string, Partial<GpuProof> & Pick<GpuProof, 'state'>> = {
  'llama-3.1-8b-instruct': { state: 'proven', devices: [card] },
  'mixtral-8x7b': {
    state: 'lost',
    devices: [{ ...card, memoryMiB: null }],
    failure: {
      code: 'NVML_UNKNOWN_ERROR',
      message: 'Inside the container: Failed to initialize NVML: Unknown Error',
    },
    isRestartUseful: true,
  },
  'bge-m3': {
    state: 'none',
    failure: { code: 'GPU_HIDDEN_BY_ENV', message: 'The container has CUDA_VISIBLE_DEVICES=-1.' },
  },
};

export function sampleProofs(nims: readonly Nim[]): GpuProof[] {
  return nims.flatMap(({ id, name, startedAt, statusSince }) => {
    const sample = samples[name];
    if (sample === undefined || startedAt === null) return [];
    return [{ ...base, nimId: id, startedAt, since: statusSince, ...sample }];
  });
}
