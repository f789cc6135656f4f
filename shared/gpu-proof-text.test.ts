import { expect, test } from 'vitest';
import type { GpuProof } from './contract/gpu-proof.ts';
import { proofLine } from './gpu-proof-text.ts';

const device = { id: 'GPU-0', name: 'NVIDIA L40S', gpuIndex: 0, memoryMiB: 20_480 };
const slice = { ...device, id: 'MIG-1', memoryMiB: 9_000 };

test.each([
  ['proven', [device], 'GPU 0, 20.0 GiB'],
  ['proven', [device, { ...device, id: 'GPU-1', gpuIndex: 1 }], '2 GPUs, 40.0 GiB'],
  ['proven', [{ ...device, memoryMiB: null }], 'GPU 0'],
  ['proven', [device, { ...device, memoryMiB: null }], '2 GPUs'],
  ['proven', [slice], 'slice on GPU 0, 8.8 GiB'],
  ['proven', [slice, slice], '2 slices, 17.6 GiB'],
  ['none', [], 'GPU not used'],
  ['lost', [device], 'GPU lost'],
  ['unknown', [], 'GPU use not known'],
  ['waiting', [], 'Loading'],
] as [GpuProof['state'], GpuProof['devices'], string][])('%s on %j: %s', (state, devices, line) => {
  expect(proofLine({ state, devices, isBack: false })).toBe(line);
});

test('one that is back is no longer called lost', () => {
  expect(proofLine({ state: 'lost', devices: [device], isBack: true })).toBe('GPU back');
});
