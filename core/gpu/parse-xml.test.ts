import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isAppError } from '../../shared/errors.ts';
import { parseXml } from './parse-xml.ts';

const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8');
const xml = fixture('h100-two-slices.xml');

describe('parseXml', () => {
  it('reads GPUs and slices in the order of the document', () => {
    const { gpus, hasLostGpu } = parseXml(xml);
    expect(hasLostGpu).toBe(false);
    expect(gpus).toHaveLength(2);
    expect(gpus[0]).toEqual({
      index: 0,
      name: 'NVIDIA H100 80GB HBM3',
      uuid: 'GPU-aaaaaaaa-0000-4000-8000-000000000001',
      driverVersion: '595.58.03',
      cudaVersion: '13.2',
      computeCapability: null,
      memoryTotalMiB: 81559,
      memoryUsedMiB: 1244,
      isMemoryShared: false,
      utilizationPercent: null,
      temperatureCelsius: 35,
      powerWatts: 71.25,
      migEnabled: true,
      migDevices: [
        { index: 0, gi: 2, ci: 0, uuid: null, profile: null, memoryTotalMiB: 40448, memoryUsedMiB: 1200 },
        { index: 1, gi: 3, ci: 0, uuid: null, profile: null, memoryTotalMiB: 20096, memoryUsedMiB: 44 },
      ],
    });
  });

  it('takes what is no number as unknown and a number 0 as 0', () => {
    expect(parseXml(xml).gpus[1]).toMatchObject({
      memoryTotalMiB: null,
      memoryUsedMiB: null,
      isMemoryShared: false,
      utilizationPercent: 0,
      powerWatts: 12.5,
      migEnabled: null,
      migDevices: [],
    });
  });

  it('skips warnings in front of the XML', () => {
    expect(parseXml(`WARNING: infoROM is corrupted at gpu 0000:B3:00.0\n${xml}`).gpus).toHaveLength(2);
  });

  it('says when a board fell off the bus', () => {
    const lost = parseXml(xml.replace('<gpu_temp>41 C</gpu_temp>', '<gpu_temp>GPU is lost</gpu_temp>'));
    expect(lost.hasLostGpu).toBe(true);
    expect(lost.gpus[1]?.temperatureCelsius).toBeNull();
  });

  it.each([
    ['a cut report', xml.slice(0, 900)],
    ['plain text', 'No devices were found'],
    ['an unknown entity, which is not expanded', xml.replace('NVIDIA GB10', '&bomb;')],
    ['more than 10 MB', xml + ' '.repeat(10 * 1024 * 1024)],
  ])('refuses %s', (_name, text) => {
    try {
      parseXml(text);
    } catch (error) {
      expect(isAppError(error, 'GPU_OUTPUT_UNREADABLE')).toBe(true);
      return;
    }
    expect.unreachable('it was read');
  });
});
