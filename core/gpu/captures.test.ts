import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { captureFolder, readCapture } from '../testing/captures.ts';
import type { ProgramResult } from '../deps.ts';
import { parseList } from './parse-list.ts';
import { parseXml } from './parse-xml.ts';
import { smiFailure } from './smi-errors.ts';

interface Expected {
  gpus?: Record<string, unknown>[];
  error?: string;
}

const folder = captureFolder('nvidia-smi');
const files = folder === null ? [] : readdirSync(folder);
const expected = folder === null ? {} : (JSON.parse(readCapture(folder, 'expected.json')) as Record<string, Expected>);

const toCamelCase = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(toCamelCase);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key.replace(/_mib$/, 'MiB').replaceAll(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase()),
      toCamelCase(inner),
    ]),
  );
};

describe.skipIf(folder === null)('recorded nvidia-smi outputs (skipped where the captures are missing)', () => {
  const xmlFiles = files.filter((name) => name.endsWith('.xml'));
  const listFiles = files.filter((name) => name.endsWith('.list.txt'));

  it('has files of both kinds', () => {
    expect(xmlFiles.length).toBeGreaterThan(10);
    expect(listFiles.length).toBeGreaterThan(5);
  });

  it.each(xmlFiles)('%s', (name) => {
    const wanted = toCamelCase(expected[name]?.gpus) as Record<string, unknown>[];
    const { gpus } = parseXml(readCapture(folder ?? '', name));
    expect(gpus).toHaveLength(wanted.length);
    expect(gpus).toMatchObject(wanted);
  });

  it.each(listFiles)('%s', (name) => {
    const wanted = toCamelCase(expected[name]?.gpus) as Record<string, unknown>[];
    const gpus = parseList(readCapture(folder ?? '', name));
    expect(gpus).toHaveLength(wanted.length);
    expect(gpus).toMatchObject(
      wanted.map(({ index, name: gpuName, uuid, migDevices }) => ({ index, name: gpuName, uuid, migDevices })),
    );
  });

  it.each([
    ['error-driver-library-mismatch.txt', 18, 'DRIVER_LIBRARY_MISMATCH'],
    ['error-no-driver.txt', 9, 'DRIVER_NOT_LOADED'],
  ])('%s', (name, exitCode, code) => {
    const stdout = readCapture(folder ?? '', name);
    const result: ProgramResult = { exitCode, stdout, stderr: '', isTimedOut: false };
    expect(smiFailure(result)?.code).toBe(code);
    expect(smiFailure({ ...result, exitCode: 255 })?.code).toBe(code);
    expect(smiFailure(result)?.message).toBe(stdout.split('\n')[0]);
  });
});
