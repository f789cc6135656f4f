import { expect, it } from 'vitest';
import type { GpuDevice } from '../../shared/contract/gpu.ts';
import { parseMemInfo, withSystemMemory } from './system-memory.ts';

const device = (changes: Partial<GpuDevice>): GpuDevice => ({
  index: 0,
  name: 'NVIDIA GB10',
  uuid: 'GPU-1',
  driverVersion: null,
  cudaVersion: null,
  computeCapability: null,
  memoryTotalMiB: null,
  memoryUsedMiB: null,
  isMemoryShared: false,
  utilizationPercent: 0,
  temperatureCelsius: 36,
  powerWatts: 3,
  migEnabled: null,
  migDevices: [],
  ...changes,
});

const text = 'MemTotal:       125442048 kB\nMemFree:        10 kB\nMemAvailable:   104857600 kB\nBuffers: 1 kB\n';

it('counts what caches hold as free, as the kernel does', () => {
  expect(parseMemInfo(text)).toEqual({ totalMiB: 122_502, usedMiB: 20_102 });
});

it.each([
  '',
  'MemTotal: 5 kB\n',
  'MemTotal: 5 kB\nMemAvailable: 6 kB\n',
  'MemTotal: 0 kB\nMemAvailable: 0 kB\n',
  'MemTotal: x kB\nMemAvailable: 6 kB\n',
])('%j says nothing', (broken) => {
  expect(parseMemInfo(broken)).toBeNull();
});

it('gives the figures of the system to a board without its own, and to no other', () => {
  const memory = { totalMiB: 1000, usedMiB: 400 };
  const [shared, own, unknown] = withSystemMemory(
    [device({}), device({ name: 'NVIDIA H100', memoryTotalMiB: 81_559 }), device({ name: 'NVIDIA H100' })],
    memory,
  );
  expect(shared).toMatchObject({ isMemoryShared: true, memoryTotalMiB: 1000, memoryUsedMiB: 400 });
  expect(own).toMatchObject({ isMemoryShared: false, memoryTotalMiB: 81_559, memoryUsedMiB: null });
  // A card that has fallen off the bus does not say its memory either; that is not the system's.
  expect(unknown).toMatchObject({ isMemoryShared: false, memoryTotalMiB: null });
});

it('is shared also where the system does not say how much there is', () => {
  expect(withSystemMemory([device({})], null)[0]).toMatchObject({ isMemoryShared: true, memoryTotalMiB: null });
});
