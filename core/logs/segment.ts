import { open } from 'node:fs/promises';
import type { LogView } from '../../shared/contract/logs.ts';
import { meaningAtByte, stampAt } from './record.ts';

/** A place in a run: how many lines are before it, in each view. */
export type Place = Readonly<Record<LogView, number>>;

/** A file of a spool: lines from `first` to before `end`. */
export interface Segment {
  path: string;
  first: Place;
  end: Place;
  bytes: number;
}

/** Every some KiB one line and where it begins: what lies between two marks is read through. */
export interface Mark {
  place: Place;
  offset: number;
}

/** The place behind a line. */
export function behind({ all, quiet }: Place, isPoll: boolean): Place {
  return { all: all + 1, quiet: isPoll ? quiet : quiet + 1 };
}

const chunkBytes = 256 * 1024;
const markEveryBytes = 64 * 1024;
const newline = 0x0a;

export interface ErrorRecord {
  line: number;
  record: string;
}

/** How many of the newest errors are kept at hand. */
const errorsKept = 5;

export function keepError(kept: ErrorRecord[], error: ErrorRecord): void {
  kept.push(error);
  if (kept.length > errorsKept) kept.shift();
}

export interface Scan {
  end: Place;
  /** Up to here the file is whole records; what lies behind was cut off in mid-write. */
  bytes: number;
  marks: Mark[];
  errors: number;
  warnings: number;
  firstError: ErrorRecord | null;
  lastErrors: ErrorRecord[];
  lastStamp: string | null;
}

/** Reads a whole file: to index it, and after a crash to find out how much of it is sound. */
export async function scanSegment(path: string, first: Place): Promise<Scan> {
  const scan: Scan = {
    end: first,
    bytes: 0,
    marks: [{ place: first, offset: 0 }],
    errors: 0,
    warnings: 0,
    firstError: null,
    lastErrors: [],
    lastStamp: null,
  };
  for await (const { bytes, offset } of readRecords(path, 0, undefined)) {
    let from = 0;
    while (from < bytes.length) {
      const end = bytes.indexOf(newline, from);
      const meaning = meaningAtByte(bytes, from);
      if (meaning === null) return scan;
      if (meaning.level === 'error') {
        const error = { line: scan.end.all, record: bytes.toString('utf8', from, end) };
        scan.errors += 1;
        scan.firstError ??= error;
        keepError(scan.lastErrors, error);
      } else if (meaning.level === 'warning') scan.warnings += 1;
      const stamp = stampAt(bytes, from);
      if (stamp !== null && (scan.lastStamp === null || stamp > scan.lastStamp)) scan.lastStamp = stamp;
      from = end + 1;
      scan.end = behind(scan.end, meaning.isPoll);
      scan.bytes = offset + from;
      addMark(scan.marks, scan.end, scan.bytes);
    }
  }
  return scan;
}

export function addMark(marks: Mark[], place: Place, offset: number): void {
  if (offset - (marks.at(-1)?.offset ?? 0) >= markEveryBytes) marks.push({ place, offset });
}

/** The last mark at or before a position of a view; undefined when there is no mark at all. */
export function findMark(marks: readonly Mark[], view: LogView, position: number): Mark | undefined {
  let low = 0;
  let high = marks.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((marks[middle]?.place[view] ?? 0) <= position) low = middle;
    else high = middle - 1;
  }
  return marks[low];
}

/** Whole records from an offset on, some at a time; a cut one at the file's end is left out. */
export async function* readRecords(
  path: string,
  from: number,
  to: number | undefined,
  signal?: AbortSignal,
): AsyncGenerator<{ bytes: Buffer; offset: number }, void, undefined> {
  const file = await open(path, 'r');
  try {
    let rest: Buffer = Buffer.alloc(0);
    let offset = from;
    while (to === undefined || offset + rest.length < to) {
      signal?.throwIfAborted();
      const at = offset + rest.length;
      const wanted = to === undefined ? chunkBytes : Math.min(chunkBytes, to - at);
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(wanted), 0, wanted, at);
      if (bytesRead === 0) return;
      const read = buffer.subarray(0, bytesRead);
      const bytes = rest.length === 0 ? read : Buffer.concat([rest, read]);
      const end = bytes.lastIndexOf(newline) + 1;
      if (end > 0) yield { bytes: bytes.subarray(0, end), offset };
      rest = bytes.subarray(end);
      offset += end;
    }
  } finally {
    await file.close();
  }
}
