import type { LogLevel } from '../../shared/contract/logs.ts';
import type { Line } from '../lib/lines.ts';
import { stampLength } from '../lib/stamp.ts';

export interface LeveledLine extends Line {
  level: LogLevel;
  /** It only says that somebody asked how the NIM is; the view `quiet` leaves it out. */
  isPoll?: boolean;
}

/**
 * A line of a spool's file: `<stamp> <mark><text>`. Plain text, so that a person can read it and `grep` it when nothing
 * else works. The mark is output, level and whether it is a poll in one character; the stamp of a line without one is `-`.
 */
const marks = {
  stdout: { error: 'e', warning: 'w', info: 'i', other: 'o', poll: 'p' },
  stderr: { error: 'E', warning: 'W', info: 'I', other: 'O', poll: 'P' },
} as const;

export interface MarkMeaning {
  output: Line['output'];
  level: LogLevel;
  isPoll: boolean;
}

const byMark: ReadonlyMap<string, MarkMeaning> = new Map(
  (['stdout', 'stderr'] as const).flatMap((output): [string, MarkMeaning][] => [
    ...(['error', 'warning', 'info', 'other'] as const).map((level): [string, MarkMeaning] => [
      marks[output][level],
      { output, level, isPoll: false },
    ]),
    [marks[output].poll, { output, level: 'info', isPoll: true }],
  ]),
);
const byMarkByte: ReadonlyMap<number, MarkMeaning> = new Map(
  [...byMark].map(([mark, meaning]) => [mark.charCodeAt(0), meaning]),
);

const noStamp = '-';
const space = 0x20;

export function toRecord({ at, output, level, text, isPoll = false }: LeveledLine): string {
  return `${at ?? noStamp} ${marks[output][isPoll ? 'poll' : level]}${text}\n`;
}

/** @param record without its line end. A record that is none (a damaged disk) is shown as it is. */
export function fromRecord(record: string): LeveledLine {
  const { at, mark, textAt } = partsOf(record);
  const known = byMark.get(mark);
  if (known === undefined) return { at: null, output: 'stdout', level: 'other', text: record };
  const { output, level, isPoll } = known;
  return { at, output, level, text: record.slice(textAt), ...(isPoll ? { isPoll } : {}) };
}

function partsOf(record: string): { at: string | null; mark: string; textAt: number } {
  if (record.startsWith(`${noStamp} `)) return { at: null, mark: record.charAt(2), textAt: 3 };
  return record[stampLength] === ' '
    ? { at: record.slice(0, stampLength), mark: record.charAt(stampLength + 1), textAt: stampLength + 2 }
    : { at: null, mark: '', textAt: 0 };
}

/** Of the record that begins there; undefined for one that is none. */
export function meaningAt(text: string, from: number): MarkMeaning | undefined {
  if (text.startsWith(`${noStamp} `, from)) return byMark.get(text.charAt(from + 2));
  return text[from + stampLength] === ' ' ? byMark.get(text.charAt(from + stampLength + 1)) : undefined;
}

/** The same without decoding, for the reading of whole files. Null when no record begins there. */
export function meaningAtByte(bytes: Buffer, from: number): MarkMeaning | null {
  if (bytes[from] === 0x2d && bytes[from + 1] === space) return byMarkByte.get(bytes[from + 2] ?? 0) ?? null;
  if (bytes[from + 10] !== 0x54 || bytes[from + stampLength] !== space) return null;
  return byMarkByte.get(bytes[from + stampLength + 1] ?? 0) ?? null;
}

export function stampAt(bytes: Buffer, from: number): string | null {
  return bytes[from] === 0x2d ? null : bytes.toString('latin1', from, from + stampLength);
}
