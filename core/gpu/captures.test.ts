import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { captureFolder, readCapture } from '../testing/captures.ts';
import type { ProgramResult } from '../deps.ts';
import { readSmiOutput } from './read-output.ts';
import { smiFailure } from './smi-errors.ts';

interface Expected {
  format: string;
  error?: string;
  message?: string;
}

const folder = captureFolder('nvidia-smi');
const expected = folder === null ? {} : (JSON.parse(readCapture(folder, 'expected.json')) as Record<string, Expected>);
const names = folder === null ? [] : readdirSync(folder).filter((name) => !/^(?:SOURCES|expected)\./.test(name));

const toCamelCase = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(toCamelCase);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key
        .replace(/_mib$/, 'MiB')
        .replace(/_gib$/, 'GiB')
        .replaceAll(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase()),
      toCamelCase(inner),
    ]),
  );
};

function wanted({ error, message, ...entry }: Expected): unknown {
  if (error === undefined) return toCamelCase(entry);
  return { ...entry, gpus: [], problem: { code: error.toUpperCase(), evidence: message } };
}

describe.skipIf(folder === null)('recorded nvidia-smi outputs (skipped where the captures are missing)', () => {
  const text = (name: string) => readCapture(folder ?? '', name);
  const outcomeOf = (name: string) => wanted(expected[name] ?? { format: 'not expected' });

  it('are many, of all kinds', () => {
    expect(names.length).toBeGreaterThan(50);
    expect(new Set(Object.values(expected).map(({ format }) => format)).size).toBe(13);
  });

  it.each(names)('%s', (name) => {
    expect(readSmiOutput(text(name))).toEqual(outcomeOf(name));
  });

  it.each([
    ['from a Windows terminal', (saved: string) => `\ufeff${saved.replaceAll('\n', '\r\n')}`],
    ['through compose', (saved: string) => saved.replaceAll(/^/gm, 'smi-1  | ')],
    ['with a prompt and prose', (saved: string) => `Here it is:\n\n$ nvidia-smi\n${saved}\nroot@box:~# exit\n`],
    ['with a line of it in colour', (saved: string) => saved.replace(/^.+$/m, '\u001b[1m$&\u001b[0m')],
    ['indented', (saved: string) => saved.replaceAll(/^(?!<\?xml)/gm, '    ')],
    ['with blank lines', (saved: string) => saved.replaceAll('\n', '\n\n')],
  ])('are read the same %s', (how, change) => {
    const different = names.filter((name) => {
      // The escape is what the first line of a coloured copy has more.
      const isTopo = expected[name]?.format === 'topo' && how.includes('colour');
      return !isTopo && JSON.stringify(readSmiOutput(change(text(name)))) !== JSON.stringify(readSmiOutput(text(name)));
    });
    expect(different).toEqual([]);
  });

  it.each([
    ['error-driver-library-mismatch.txt', 18, 'DRIVER_LIBRARY_MISMATCH'],
    ['error-no-driver.txt', 9, 'DRIVER_NOT_LOADED'],
  ])('%s as the answer of a program', (name, exitCode, code) => {
    const stdout = text(name);
    const result: ProgramResult = { exitCode, stdout, stderr: '', isTimedOut: false };
    expect(smiFailure(result)?.code).toBe(code);
    expect(smiFailure({ ...result, exitCode: 255 })?.code).toBe(code);
    expect(smiFailure(result)?.message).toBe(stdout.split('\n')[0]);
  });
});
