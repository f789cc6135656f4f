import type { LogLevel } from '../../shared/contract/logs.ts';
import type { Line } from '../lib/lines.ts';
import { stampLength } from '../lib/stamp.ts';

export interface LeveledLine extends Line {
  level: LogLevel;
}

/**
 * A line of a spool's file: `<stamp> <mark><text>`. Plain text, so that a person can read it and `grep` it when nothing
 * else works. The mark is output and level in one character; the stamp of a line without one is `-`.
 */
const marks = {
  stdout: { error: 'e', warning: 'w', info: 'i', other: 'o' },
  stderr: { error: 'E', warning: 'W', info: 'I', other: 'O' },
} as const;

const byMark: ReadonlyMap<string, Pick<LeveledLine, 'output' | 'level'>> = new Map(
  (['stdout', 'stderr'] as const).flatMap((output) =>
    (['error', 'warning', 'info', 'other'] as const).map((level) => [marks[output][level], { output, level }] as const),
  ),
);
const levelByByte: ReadonlyMap<number, LogLevel> = new Map(
  [...byMark].map(([mark, { level }]) => [mark.charCodeAt(0), level]),
);

const noStamp = '-';
const space = 0x20;

export function toRecord({ at, output, level, text }: LeveledLine): string {
  return `${at ?? noStamp} ${marks[output][level]}${text}\n`;
}

/** @param record without its line end. A record that is none (a damaged disk) is shown as it is. */
export function fromRecord(record: string): LeveledLine {
  const { at, mark, textAt } = partsOf(record);
  const known = byMark.get(mark);
  return known === undefined
    ? { at: null, output: 'stdout', level: 'other', text: record }
    : { at, ...known, text: record.slice(textAt) };
}

function partsOf(record: string): { at: string | null; mark: string; textAt: number } {
  if (record.startsWith(`${noStamp} `)) return { at: null, mark: record.charAt(2), textAt: 3 };
  return record[stampLength] === ' '
    ? { at: record.slice(0, stampLength), mark: record.charAt(stampLength + 1), textAt: stampLength + 2 }
    : { at: null, mark: '', textAt: 0 };
}

/** The same without decoding, for the reading of whole files. Null when no record begins there. */
export function levelAt(bytes: Buffer, from: number): LogLevel | null {
  if (bytes[from] === 0x2d && bytes[from + 1] === space) return levelByByte.get(bytes[from + 2] ?? 0) ?? null;
  if (bytes[from + 10] !== 0x54 || bytes[from + stampLength] !== space) return null;
  return levelByByte.get(bytes[from + stampLength + 1] ?? 0) ?? null;
}

export function stampAt(bytes: Buffer, from: number): string | null {
  return bytes[from] === 0x2d ? null : bytes.toString('latin1', from, from + stampLength);
}
