import { open } from 'node:fs/promises';
import { levelAt, stampAt } from './record.ts';

/** A file of a spool: lines from `firstLine` to before `endLine`. */
export interface Segment {
  path: string;
  firstLine: number;
  endLine: number;
  bytes: number;
}

/** Every some KiB one line and where it begins: what lies between two marks is read through. */
export interface Mark {
  line: number;
  offset: number;
}

const chunkBytes = 256 * 1024;
const markEveryBytes = 64 * 1024;
const newline = 0x0a;

export interface Scan {
  endLine: number;
  /** Up to here the file is whole records; what lies behind was cut off in mid-write. */
  bytes: number;
  marks: Mark[];
  errors: number;
  warnings: number;
  firstErrorRecord: string | null;
  lastStamp: string | null;
}

/** Reads a whole file: to index it, and after a crash to find out how much of it is sound. */
export async function scanSegment(path: string, firstLine: number): Promise<Scan> {
  const scan: Scan = {
    endLine: firstLine,
    bytes: 0,
    marks: [{ line: firstLine, offset: 0 }],
    errors: 0,
    warnings: 0,
    firstErrorRecord: null,
    lastStamp: null,
  };
  for await (const { bytes, offset } of readRecords(path, 0, undefined)) {
    let from = 0;
    while (from < bytes.length) {
      const end = bytes.indexOf(newline, from);
      const level = levelAt(bytes, from);
      if (level === null) return scan;
      if (level === 'error') {
        scan.errors += 1;
        scan.firstErrorRecord ??= bytes.toString('utf8', from, end);
      } else if (level === 'warning') scan.warnings += 1;
      const stamp = stampAt(bytes, from);
      if (stamp !== null && (scan.lastStamp === null || stamp > scan.lastStamp)) scan.lastStamp = stamp;
      from = end + 1;
      scan.endLine += 1;
      scan.bytes = offset + from;
      addMark(scan.marks, scan.endLine, scan.bytes);
    }
  }
  return scan;
}

export function addMark(marks: Mark[], line: number, offset: number): void {
  if (offset - (marks.at(-1)?.offset ?? 0) >= markEveryBytes) marks.push({ line, offset });
}

/** The last mark at or before the line. */
export function findMark(marks: readonly Mark[], line: number): Mark {
  let low = 0;
  let high = marks.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((marks[middle]?.line ?? 0) <= line) low = middle;
    else high = middle - 1;
  }
  return marks[low] ?? { line: 0, offset: 0 };
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
