import type { GpuProof } from '../../shared/contract/gpu-proof.ts';
import type { Job } from '../../shared/contract/jobs.ts';
import type { Nim } from '../../shared/contract/nims.ts';

const at = '2026-01-01T00:00:00.000Z';

/** A pull that runs, a quarter of it there. */
export const someJob = (change: Partial<Job> = {}): Job => ({
  id: 'job-1',
  kind: 'pull',
  title: 'nim/x:1',
  reference: 'nim/x:1',
  nimId: null,
  state: 'running',
  startedAt: at,
  endedAt: null,
  pull: {
    phase: 'DOWNLOADING',
    bytesDone: 250,
    bytesTotal: 1000,
    layers: { total: 1, done: 0, existing: 0 },
    bytesPerSecond: null,
    etaSeconds: null,
    stalledSince: null,
  },
  start: null,
  cancelKeeps: 'layers',
  failure: null,
  logTail: null,
  ...change,
});

/** A NIM that is ready. */
export const someNim = (change: Partial<Nim> = {}): Nim => ({
  id: 'c0'.repeat(32),
  name: 'chat',
  reference: 'nim/x:1',
  status: 'ready',
  statusSince: at,
  phase: null,
  exit: null,
  createdAt: at,
  startedAt: at,
  address: 'http://127.0.0.1:8000',
  gpus: { kind: 'none' },
  models: ['x'],
  nimVersion: null,
  profile: null,
  ...change,
});

/** It uses the GPU that it was given. */
export const someProof = (change: Partial<GpuProof> = {}): GpuProof => ({
  nimId: 'c0'.repeat(32),
  startedAt: at,
  state: 'proven',
  since: at,
  devices: [{ id: 'GPU-0', name: 'L40S', gpuIndex: 0, memoryMiB: 900 }],
  failure: null,
  doubt: null,
  isRestartUseful: false,
  isBack: false,
  ...change,
});
