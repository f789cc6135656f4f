import { describe, expect, it } from 'vitest';
import type { GpuDevice, GpuReport } from '../../shared/contract/gpu.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import { createLosses } from './losses.ts';

const gpu = (index: number, uuid: string | null = `GPU-${index}`): GpuDevice => ({
  index,
  name: `card ${index}`,
  uuid,
  driverVersion: null,
  cudaVersion: null,
  computeCapability: null,
  memoryTotalMiB: 100,
  memoryUsedMiB: 4,
  isMemoryShared: false,
  utilizationPercent: null,
  temperatureCelsius: null,
  powerWatts: null,
  migEnabled: false,
  migDevices: [],
});

/** Readings a second apart. */
function start() {
  const losses = createLosses();
  let second = 0;
  return (gpus: GpuDevice[], code: ErrorCode | null = null, lostUuids: string[] = []) => {
    const readAt = new Date((second += 1) * 1000).toISOString();
    const report: GpuReport = { readAt, gpus, failure: code === null ? null : { code, message: '' } };
    return losses.update(report, lostUuids).map(({ uuid, lastSeenAt }) => `${uuid} ${lastSeenAt.slice(17, 19)}`);
  };
}

describe('a GPU that is lost', () => {
  it('stays lost, with the time of its last reading, until it is back', () => {
    const read = start();
    expect(read([gpu(0), gpu(1)])).toEqual([]);
    expect(read([gpu(0), gpu(1)])).toEqual([]);
    expect(read([gpu(0)])).toEqual(['GPU-1 02']);
    expect(read([gpu(0)], 'GPU_LOST')).toEqual(['GPU-1 02']);
    expect(read([gpu(0), gpu(1)])).toEqual([]);
    expect(read([gpu(1)])).toEqual(['GPU-0 05']);
  });

  it('may still be listed, without its values', () => {
    const read = start();
    read([gpu(0), gpu(1)]);
    expect(read([gpu(0), gpu(1)], 'GPU_LOST', ['GPU-1'])).toEqual(['GPU-1 01']);
    expect(read([gpu(0), gpu(1, null)], 'GPU_LOST')).toEqual(['GPU-1 01']);
  });

  it('may be the only one', () => {
    const read = start();
    read([gpu(0)]);
    expect(read([], 'GPU_LOST')).toEqual(['GPU-0 01']);
    expect(read([], 'NO_GPU_FOUND')).toEqual(['GPU-0 01']);
  });

  it('is not one of another machine: none of the old ones is there', () => {
    const read = start();
    read([gpu(0), gpu(1)]);
    expect(read([gpu(0, 'GPU-x')])).toEqual([]);
    expect(read([gpu(0, 'GPU-x')])).toEqual([]);
  });

  it('is not one of a driver that says nothing of any', () => {
    const read = start();
    read([gpu(0)]);
    expect(read([], 'DRIVER_LIBRARY_MISMATCH')).toEqual([]);
    expect(read([gpu(0)])).toEqual([]);
  });

  it('is not forgotten when one reading is unreadable', () => {
    const read = start();
    read([gpu(0), gpu(1)]);
    expect(read([gpu(0)])).toEqual(['GPU-1 01']);
    expect(read([], 'GPU_OUTPUT_UNREADABLE')).toEqual(['GPU-1 01']);
    expect(read([gpu(0)])).toEqual(['GPU-1 01']);
  });
});
