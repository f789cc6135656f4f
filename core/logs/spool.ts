import { mkdir, open, readdir, rm, stat, truncate, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogView } from '../../shared/contract/logs.ts';
import { z } from '../../shared/zod.ts';
import { hasSystemCode } from '../lib/system-code.ts';
import { readJsonFile, writeJsonFile } from '../lib/json-file.ts';
import { fromRecord, type LeveledLine, meaningAt, toRecord } from './record.ts';
import {
  addMark,
  behind,
  type ErrorRecord,
  findMark,
  keepError,
  type Mark,
  type Place,
  readRecords,
  scanSegment,
  type Segment,
} from './segment.ts';

export interface SpoolTotals {
  /** Lines before it were dropped by the cap. */
  first: Place;
  end: Place;
  /** On disk. */
  bytes: number;
  /** Over the whole run, dropped lines included. */
  errors: number;
  warnings: number;
}

export interface Spool {
  totals(): SpoolTotals;
  /** The newest stamp held. */
  lastStamp(): string | null;
  /** The run's first line with level error and the newest few, oldest first, also when the cap has dropped them. */
  errors(): { first: ErrorRecord | null; last: readonly ErrorRecord[] };
  /** One at a time. When it rejects nothing counts as appended, and the next append writes over what got through. */
  append(lines: readonly LeveledLine[]): Promise<void>;
  /**
   * Records from a position of a view on, or from a little before it, as they lie in the file (what the view leaves out
   * included); those appended meanwhile, too.
   */
  records(from: number, view: LogView, signal?: AbortSignal): AsyncGenerator<RecordBatch, void, undefined>;
  /** The records with this stamp or a later one, in order; for dropping what the engine sends a second time. */
  recordsSince(stamp: string): Promise<string[]>;
  /** After it the spool can still be read. */
  close(): Promise<void>;
}

export interface RecordBatch {
  /** Of its first record. */
  place: Place;
  /** Each record with its line end. */
  text: string;
}

const place = z.object({ all: z.number().int(), quiet: z.number().int() });
const errorRecord = z.object({ line: z.number().int(), record: z.string() });
/** What the segments written to their end add up to. Written before the next segment begins, so that a crash loses none of it. */
const totalsFile = z.object({
  end: place,
  errors: z.number().int(),
  warnings: z.number().int(),
  firstError: errorRecord.nullable(),
  lastErrors: z.array(errorRecord),
  lastStamp: z.string().nullable(),
});
type Counted = z.infer<typeof totalsFile>;
const totalsVersion = 1;

/** The oldest lines go in whole segments, so that a cap costs one unlink; an eighth of the cap at most. */
const largestSegmentBytes = 8 * 1024 * 1024;
const marksKeptOf = 8;
/** Its first line's position in both views; the second is left out where they are the same. */
const segmentName = /^(\d{12})(?:-(\d{12}))?\.log$/;

/**
 * The lines of one run in files of its folder, append-only. A file holds whole records up to some point, whenever the
 * program was killed; what was cut off in mid-write is removed at the next opening.
 * @param capBytes asked whenever a segment is full
 */
export async function openSpool(folder: string, capBytes: () => number): Promise<Spool> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const totalsPath = join(folder, 'totals.json');
  const counted = (await readTotals(totalsPath)) ?? {
    end: { all: 0, quiet: 0 },
    errors: 0,
    warnings: 0,
    firstError: null,
    lastErrors: [],
    lastStamp: null,
  };
  const segments = await listSegments(folder);
  const marksOf = new Map<string, Mark[]>();
  /** Up to here the totals on disk count; the segment behind it is the one being written. */
  let sealed: Place = counted.end;
  let file: FileHandle | null = null;
  let heldBytes = 0;

  for (const [index, segment] of segments.entries()) {
    const next = segments[index + 1];
    const isCounted = segment.first.all < sealed.all;
    if (isCounted) {
      segment.end = next?.first ?? sealed;
      continue;
    }
    const scan = await scanSegment(segment.path, segment.first);
    if (next === undefined && scan.bytes < segment.bytes) {
      await truncate(segment.path, scan.bytes);
      segment.bytes = scan.bytes;
    }
    segment.end = next?.first ?? scan.end;
    if (next === undefined) marksOf.set(segment.path, scan.marks);
    counted.end = segment.end;
    counted.errors += scan.errors;
    counted.warnings += scan.warnings;
    counted.firstError ??= scan.firstError;
    for (const error of scan.lastErrors) keepError(counted.lastErrors, error);
    if (scan.lastStamp !== null && (counted.lastStamp ?? '') < scan.lastStamp) counted.lastStamp = scan.lastStamp;
  }

  heldBytes = segments.reduce((sum, segment) => sum + segment.bytes, 0);

  /** Those of the segment being written grow and stay; of the others the newest few are kept, the rest is read again. */
  function keepMarks(segment: Segment, found: Mark[]): void {
    for (const path of marksOf.keys()) {
      if (marksOf.size < marksKeptOf) break;
      if (path !== segments.at(-1)?.path) marksOf.delete(path);
    }
    marksOf.set(segment.path, found);
  }

  function newSegment(): Segment {
    const { end } = counted;
    const segment = { path: join(folder, nameOfSegment(end)), first: end, end, bytes: 0 };
    segments.push(segment);
    keepMarks(segment, [{ place: end, offset: 0 }]);
    return segment;
  }

  /** The segment to write to, with its file open; a full one is sealed first. */
  async function writable(): Promise<{ segment: Segment; file: FileHandle }> {
    let segment = segments.at(-1);
    const full = Math.min(largestSegmentBytes, capBytes() / 8);
    if (segment !== undefined && segment.first.all >= sealed.all && segment.bytes >= full) await seal();
    if (segment === undefined || segment.first.all < sealed.all) {
      await dropOldest(full);
      segment = newSegment();
    }
    file ??= await open(segment.path, segment.bytes === 0 ? 'w' : 'r+', 0o600);
    return { segment, file };
  }

  async function seal(): Promise<void> {
    await file?.close();
    file = null;
    await writeJsonFile(totalsPath, totalsVersion, counted);
    sealed = counted.end;
  }

  async function dropOldest(roomBytes: number): Promise<void> {
    while (heldBytes + roomBytes > capBytes()) {
      const oldest = segments[0];
      if (oldest === undefined || segments.length === 1) return;
      await rm(oldest.path, { force: true });
      segments.shift();
      marksOf.delete(oldest.path);
      heldBytes -= oldest.bytes;
    }
  }

  async function marks(segment: Segment): Promise<Mark[]> {
    const known = marksOf.get(segment.path);
    if (known !== undefined) return known;
    const { marks: found } = await scanSegment(segment.path, segment.first);
    keepMarks(segment, found);
    return found;
  }

  return {
    totals: () => ({
      first: segments[0]?.first ?? counted.end,
      end: counted.end,
      bytes: heldBytes,
      errors: counted.errors,
      warnings: counted.warnings,
    }),
    lastStamp: () => counted.lastStamp,
    errors: () => ({ first: counted.firstError, last: counted.lastErrors }),

    async append(lines) {
      if (lines.length === 0) return;
      const { segment, file: target } = await writable();
      const records = lines.map(toRecord);
      const bytes = Buffer.from(records.join(''));
      await writeAll(target, bytes, segment.bytes);

      segment.bytes += bytes.length;
      heldBytes += bytes.length;
      for (const [index, { level, at, isPoll = false }] of lines.entries()) {
        if (level === 'error') {
          const error = { line: counted.end.all, record: records[index]?.slice(0, -1) ?? '' };
          counted.errors += 1;
          counted.firstError ??= error;
          keepError(counted.lastErrors, error);
        } else if (level === 'warning') counted.warnings += 1;
        if (at !== null && (counted.lastStamp === null || at > counted.lastStamp)) counted.lastStamp = at;
        counted.end = behind(counted.end, isPoll);
      }
      segment.end = counted.end;
      addMark(marksOf.get(segment.path) ?? [], segment.end, segment.bytes);
    },

    async *records(from, view, signal) {
      let next = Math.max(from, segments[0]?.first[view] ?? 0);
      for (;;) {
        const segment = segments.find((candidate) => candidate.end[view] > next);
        if (segment === undefined) return;
        // Together, before anything is awaited: the written one grows meanwhile.
        const { end, bytes: size } = segment;
        try {
          const mark = findMark(await marks(segment), view, next);
          let at = mark?.place ?? segment.first;
          for await (const { bytes } of readRecords(segment.path, mark?.offset ?? 0, size, signal)) {
            const text = bytes.toString('utf8');
            const begin = at;
            at = placeBehind(at, text);
            if (at[view] > next) yield { place: begin, text };
            next = Math.max(next, at[view]);
          }
        } catch (error) {
          // The cap has dropped it between two reads.
          if (!hasSystemCode(error, 'ENOENT') || segments.includes(segment)) throw error;
        }
        next = Math.max(next, end[view]);
      }
    },

    async recordsSince(stamp) {
      const found: string[][] = [];
      for (const segment of segments.toReversed()) {
        const inSegment: string[] = [];
        let isOlder = false;
        for await (const { bytes } of readRecords(segment.path, 0, segment.bytes)) {
          for (const record of bytes.toString('utf8').split('\n')) {
            if (record === '') continue;
            const { at } = fromRecord(record);
            if (at !== null && at < stamp) isOlder = true;
            else inSegment.push(record);
          }
        }
        found.unshift(inSegment);
        if (isOlder) break;
      }
      return found.flat();
    },

    async close() {
      if (file !== null) await seal();
    },
  };
}

async function writeAll(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    written += (await file.write(bytes, written, bytes.length - written, position + written)).bytesWritten;
  }
}

function placeBehind(from: Place, text: string): Place {
  let lines = 0;
  let polls = 0;
  for (let start = 0, end = text.indexOf('\n'); end >= 0; start = end + 1, end = text.indexOf('\n', start)) {
    lines += 1;
    if (meaningAt(text, start)?.isPoll === true) polls += 1;
  }
  return { all: from.all + lines, quiet: from.quiet + lines - polls };
}

function nameOfSegment({ all, quiet }: Place): string {
  const [line, position] = [all, quiet].map((number) => String(number).padStart(12, '0'));
  return all === quiet ? `${line}.log` : `${line}-${position}.log`;
}

async function listSegments(folder: string): Promise<Segment[]> {
  const segments: Segment[] = [];
  for (const name of (await readdir(folder)).toSorted()) {
    const found = segmentName.exec(name);
    if (found?.[1] === undefined) continue;
    const path = join(folder, name);
    const first = { all: Number(found[1]), quiet: Number(found[2] ?? found[1]) };
    segments.push({ path, first, end: first, bytes: (await stat(path)).size });
  }
  return segments;
}

/** Null when there is none or it cannot be read: then the segments themselves are counted. */
async function readTotals(path: string): Promise<Counted | null> {
  const { content } = await readJsonFile(path, totalsVersion, Date.now());
  const parsed = totalsFile.safeParse(content);
  return parsed.success ? parsed.data : null;
}
