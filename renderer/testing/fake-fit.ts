import type { FitAnswer, FitDevice, FitMark } from '../../shared/contract/fit.ts';

const gib = (value: number) => value * 1024;

export function fakeFitDevice(changes: Partial<FitDevice> = {}): FitDevice {
  return {
    id: 'GPU-0a1b2c3d-0000-4000-8000-00000000000a',
    gpuIndex: 0,
    name: 'NVIDIA RTX 6000 Ada Generation',
    memory: 'gpu',
    totalMiB: 49_140,
    takenMiB: 620,
    ...changes,
  };
}

/** llama-3.1-8b in bf16, on a card that has room for all of it. */
export function fakeFit(changes: Partial<FitAnswer> = {}): FitAnswer {
  return {
    verdict: 'fits',
    reason: null,
    needMiB: gib(33),
    source: 'profile',
    parts: [
      { kind: 'weights', memoryMiB: 15_317, source: 'parameters' },
      { kind: 'framework', memoryMiB: 2_048, source: 'rule' },
      { kind: 'context', memoryMiB: 16_427, source: 'profile' },
    ],
    devices: [fakeFitDevice()],
    profile: { id: null, name: null, precision: 'bf16', gpus: 1 },
    contextTokens: 131_072,
    longestContextTokens: 131_072,
    modelFilesGB: 16.1,
    stop: [],
    ...changes,
  };
}

export function fakeMark(repository: string, changes: Partial<FitMark> = {}): FitMark {
  return {
    repository,
    verdict: 'fits',
    reason: null,
    needMiB: gib(33),
    source: 'model-table',
    gpus: 1,
    haveMiB: 49_140,
    fitsNow: true,
    modelFilesGB: null,
    ...changes,
  };
}
