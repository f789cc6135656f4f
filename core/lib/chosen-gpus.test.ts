import { expect, it } from 'vitest';
import type { GpuReport } from '../../shared/contract/gpu.ts';
import { chosenGpus } from './chosen-gpus.ts';

const gpu = (index: number, change: object = {}): GpuReport['gpus'][number] => ({
  index,
  name: `card ${index}`,
  uuid: `GPU-${index}`,
  driverVersion: null,
  cudaVersion: null,
  computeCapability: null,
  memoryTotalMiB: 100,
  memoryUsedMiB: 40,
  isMemoryShared: false,
  utilizationPercent: 7,
  temperatureCelsius: null,
  powerWatts: null,
  migEnabled: false,
  migDevices: [],
  ...change,
});
const slice = (index: number) => ({
  index,
  gi: index + 1,
  ci: 0,
  uuid: `MIG-${index}`,
  profile: '1g.10gb',
  memoryTotalMiB: 10,
  memoryUsedMiB: 4,
});
const report: GpuReport = {
  readAt: '2026-11-24T15:00:00Z',
  gpus: [gpu(0), gpu(1, { migEnabled: true, migDevices: [slice(0), slice(1)] })],
  failure: null,
};
const idsOf = (...ids: string[]) => chosenGpus({ kind: 'devices', ids }, report)?.map(({ id }) => id);

it('finds GPUs and slices by every name they have', () => {
  expect(chosenGpus({ kind: 'none' }, null)).toEqual([]);
  expect(chosenGpus({ kind: 'all' }, report)?.map(({ id }) => id)).toEqual(['GPU-0', 'MIG-0', 'MIG-1']);
  expect(idsOf('GPU-0')).toEqual(['GPU-0']);
  expect(idsOf('nvidia.com/gpu=0')).toEqual(['GPU-0']);
  expect(idsOf('nvidia.com/gpu=1:1')).toEqual(['MIG-1']);
  expect(idsOf('1')).toEqual(['MIG-0', 'MIG-1']);
  expect(idsOf('nvidia.com/gpu=all')).toEqual(['GPU-0', 'MIG-0', 'MIG-1']);
});

it('knows which slices share one memory: a GPU instance in two compute instances', () => {
  const split = [0, 1].map((ci) => ({ ...slice(ci), gi: 2, ci }));
  const cut = { ...report, gpus: [gpu(0, { migEnabled: true, migDevices: [...split, slice(4)] })] };
  expect(chosenGpus({ kind: 'all' }, cut)?.map(({ memoryId }) => memoryId)).toEqual(['0:gi2', '0:gi2', '0:gi5']);
});

it('says that one is not there, and that nothing is known, and nothing of how busy a slice is', () => {
  expect(chosenGpus({ kind: 'devices', ids: ['GPU-gone'] }, report)).toMatchObject([{ id: 'GPU-gone', name: null }]);
  expect(chosenGpus({ kind: 'all' }, null)).toBeNull();
  const failure = { code: 'NVIDIA_SMI_MISSING' as const, message: '' };
  expect(chosenGpus({ kind: 'all' }, { ...report, gpus: [], failure })).toBeNull();
  const oneLost = { code: 'GPU_LOST' as const, message: '' };
  expect(chosenGpus({ kind: 'devices', ids: ['GPU-0'] }, { ...report, failure: oneLost })).toMatchObject([
    { name: 'card 0', memoryUsedMiB: 40 },
  ]);
  expect(chosenGpus({ kind: 'devices', ids: ['MIG-1'] }, report)).toMatchObject([
    { name: 'card 1 1g.10gb', memoryUsedMiB: 4, utilizationPercent: null },
  ]);
});
