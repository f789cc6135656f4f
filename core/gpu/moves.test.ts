import { expect, test } from 'vitest';
import type { GpuDevice, GpuReport } from '../../shared/contract/gpu.ts';
import { hasMoved } from './moves.ts';

const gpu: GpuDevice = {
  index: 0,
  name: 'a card',
  uuid: 'GPU-1',
  driverVersion: null,
  cudaVersion: null,
  computeCapability: null,
  memoryTotalMiB: 24_576,
  memoryUsedMiB: 1_000,
  isMemoryShared: false,
  utilizationPercent: 2,
  temperatureCelsius: 40,
  powerWatts: 30,
  migEnabled: false,
  migDevices: [],
};
const slice = (memoryUsedMiB: number) => ({
  index: 0,
  gi: 1,
  ci: 0,
  uuid: 'MIG-1',
  profile: '1g.10gb',
  memoryTotalMiB: 9_856,
  memoryUsedMiB,
});
const report = (...gpus: GpuDevice[]): GpuReport => ({ readAt: '2026-01-01T00:00:00.000Z', gpus, failure: null });

test.each<[string, GpuReport, boolean]>([
  ['warmer', report({ ...gpu, temperatureCelsius: 70, powerWatts: 90 }), false],
  ['a few MiB more', report({ ...gpu, memoryUsedMiB: 1_040 }), false],
  ['a model in its memory', report({ ...gpu, memoryUsedMiB: 9_000 }), true],
  ['a model gone from it', report({ ...gpu, memoryUsedMiB: 100 }), true],
  ['in use', report({ ...gpu, utilizationPercent: 60 }), true],
  ['one card more', report(gpu, { ...gpu, index: 1 }), true],
  ['another card in its place', report({ ...gpu, index: 1 }), true],
  ['a slice made', report({ ...gpu, migDevices: [slice(10)] }), true],
  ['lost', { ...report(gpu), failure: { code: 'GPU_LOST', message: '' } }, true],
])('%s', (_, after, expected) => {
  expect(hasMoved(report(gpu), after)).toBe(expected);
});

test('memory of a slice counts, and the first report is news', () => {
  const before = report({ ...gpu, migDevices: [slice(10)] });
  expect(hasMoved(before, report({ ...gpu, migDevices: [slice(9_000)] }))).toBe(true);
  expect(hasMoved(before, before)).toBe(false);
  expect(hasMoved(null, before)).toBe(true);
});
