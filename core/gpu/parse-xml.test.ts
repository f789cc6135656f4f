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

  it('reads what the driver keeps for itself, where it says so', () => {
    const { gpus } = parseXml(
      xml.replace('<used>1244 MiB</used>', '<reserved>609 MiB</reserved><used>1244 MiB</used>'),
    );
    expect(gpus[0]).toMatchObject({ memoryReservedMiB: 609, memoryUsedMiB: 1244 });
    expect(gpus[1]).not.toHaveProperty('memoryReservedMiB');
  });

  it('skips warnings in front of the XML', () => {
    expect(parseXml(`WARNING: infoROM is corrupted at gpu 0000:B3:00.0\n${xml}`).gpus).toHaveLength(2);
  });

  it('says when a board fell off the bus', () => {
    const lost = parseXml(xml.replace('<gpu_temp>41 C</gpu_temp>', '<gpu_temp>GPU is lost</gpu_temp>'));
    expect(lost.hasLostGpu).toBe(true);
    expect(lost.gpus[1]?.temperatureCelsius).toBeNull();
  });

  it('passes over what nobody reads, and not over words in its place', () => {
    const clock = '<supported_mem_clock><value>9001 MHz</value></supported_mem_clock>';
    const withClocks = (text: string) =>
      xml.replaceAll('</gpu>', `<supported_clocks>${text}</supported_clocks><pdi>0</pdi></gpu>`);
    expect(parseXml(withClocks(`\n\t${clock.repeat(100)}\n`))).toEqual(parseXml(xml));
    expect(parseXml(withClocks('N/A'))).toEqual(parseXml(xml));
    expect(parseXml(withClocks('GPU is lost')).hasLostGpu).toBe(true);
    expect(parseXml(xml.replaceAll('</gpu>', '<pci><uuid>other</uuid></pci></gpu>'))).toEqual(parseXml(xml));
    const many = xml.replace('</gpu>', '<supported_clocks><supported_mem_clock>'.repeat(100_000));
    const began = performance.now();
    expect(() => parseXml(many)).toThrow(/could not be read/);
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  it.each([
    ['a report that ends among clocks', xml.replace('</gpu>', '<supported_clocks><supported_mem_clock>')],
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
