import { mkdir, open, readdir, rm, stat, truncate, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from '../../shared/zod.ts';
import { readJsonFile, writeJsonFile } from '../lib/json-file.ts';
import { fromRecord, type LeveledLine, toRecord } from './record.ts';
import { addMark, findMark, type Mark, readRecords, scanSegment, type Segment } from './segment.ts';

export interface SpoolTotals {
  /** Lines before it were dropped by the cap. */
  firstLine: number;
  endLine: number;
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
  /** The run's first line with level error, also when the cap has dropped it. */
  firstError(): LeveledLine | null;
  /** One at a time. When it rejects nothing counts as appended, and the next append writes over what got through. */
  append(lines: readonly LeveledLine[]): Promise<void>;
  /** Records from the line on, or from a little before it, as they lie in the file; those appended meanwhile included. */
  records(from: number, signal?: AbortSignal): AsyncGenerator<RecordBatch, void, undefined>;
  /** The records with this stamp or a later one, in order; for dropping what the engine sends a second time. */
  recordsSince(stamp: string): Promise<string[]>;
  /** After it the spool can still be read. */
  close(): Promise<void>;
}

export interface RecordBatch {
  firstLine: number;
  count: number;
  /** Each record with its line end. */
  text: string;
}

/** What the segments written to their end add up to. Written before the next segment begins, so that a crash loses none of it. */
const totalsFile = z.object({
  endLine: z.number().int(),
  errors: z.number().int(),
  warnings: z.number().int(),
  firstError: z.string().nullable(),
  lastStamp: z.string().nullable(),
});
type Counted = z.infer<typeof totalsFile>;
const totalsVersion = 1;

/** The oldest lines go in whole segments, so that a cap costs one unlink; an eighth of the cap at most. */
const largestSegmentBytes = 8 * 1024 * 1024;
const marksKeptOf = 8;
const segmentName = /^(\d{12})\.log$/;

/**
 * The lines of one run in files of its folder, append-only. A file holds whole records up to some point, whenever the
 * program was killed; what was cut off in mid-write is removed at the next opening.
 * @param capBytes asked whenever a segment is full
 */
export async function openSpool(folder: string, capBytes: () => number): Promise<Spool> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const totalsPath = join(folder, 'totals.json');
  const counted = (await readTotals(totalsPath)) ?? {
    endLine: 0,
    errors: 0,
    warnings: 0,
    firstError: null,
    lastStamp: null,
  };
  const segments = await listSegments(folder);
  const marksOf = new Map<string, Mark[]>();
  /** Up to here the totals on disk count; the segment behind it is the one being written. */
  let sealedLine = counted.endLine;
  let file: FileHandle | null = null;
  let heldBytes = 0;

  for (const [index, segment] of segments.entries()) {
    const next = segments[index + 1];
    const isCounted = segment.firstLine < sealedLine;
    if (isCounted) {
      segment.endLine = next?.firstLine ?? sealedLine;
      continue;
    }
    const scan = await scanSegment(segment.path, segment.firstLine);
    if (next === undefined && scan.bytes < segment.bytes) {
      await truncate(segment.path, scan.bytes);
      segment.bytes = scan.bytes;
    }
    segment.endLine = next?.firstLine ?? scan.endLine;
    if (next === undefined) marksOf.set(segment.path, scan.marks);
    counted.endLine = segment.endLine;
    counted.errors += scan.errors;
    counted.warnings += scan.warnings;
    counted.firstError ??= scan.firstErrorRecord;
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
    const path = join(folder, `${String(counted.endLine).padStart(12, '0')}.log`);
    const segment = { path, firstLine: counted.endLine, endLine: counted.endLine, bytes: 0 };
    segments.push(segment);
    keepMarks(segment, [{ line: segment.firstLine, offset: 0 }]);
    return segment;
  }

  /** The segment to write to, with its file open; a full one is sealed first. */
  async function writable(): Promise<{ segment: Segment; file: FileHandle }> {
    let segment = segments.at(-1);
    const full = Math.min(largestSegmentBytes, capBytes() / 8);
    if (segment !== undefined && segment.firstLine >= sealedLine && segment.bytes >= full) await seal();
    if (segment === undefined || segment.firstLine < sealedLine) {
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
    sealedLine = counted.endLine;
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
    const { marks: found } = await scanSegment(segment.path, segment.firstLine);
    keepMarks(segment, found);
    return found;
  }

  return {
    totals: () => ({
      firstLine: segments[0]?.firstLine ?? counted.endLine,
      endLine: counted.endLine,
      bytes: heldBytes,
      errors: counted.errors,
      warnings: counted.warnings,
    }),
    lastStamp: () => counted.lastStamp,
    firstError: () => (counted.firstError === null ? null : fromRecord(counted.firstError)),

    async append(lines) {
      if (lines.length === 0) return;
      const { segment, file: target } = await writable();
      const records = lines.map(toRecord);
      const bytes = Buffer.from(records.join(''));
      await writeAll(target, bytes, segment.bytes);

      segment.bytes += bytes.length;
      heldBytes += bytes.length;
      segment.endLine += lines.length;
      counted.endLine = segment.endLine;
      for (const [index, { level, at }] of lines.entries()) {
        if (level === 'error') {
          counted.errors += 1;
          counted.firstError ??= records[index]?.slice(0, -1) ?? null;
        } else if (level === 'warning') counted.warnings += 1;
        if (at !== null && (counted.lastStamp === null || at > counted.lastStamp)) counted.lastStamp = at;
      }
      addMark(marksOf.get(segment.path) ?? [], segment.endLine, segment.bytes);
    },

    async *records(from, signal) {
      let next = Math.max(from, segments[0]?.firstLine ?? 0);
      for (;;) {
        const segment = segments.find((candidate) => candidate.endLine > next);
        if (segment === undefined) return;
        // Together, before anything is awaited: the written one grows meanwhile.
        const { endLine, bytes: size } = segment;
        try {
          const mark = findMark(await marks(segment), next);
          let firstLine = mark.line;
          for await (const { bytes } of readRecords(segment.path, mark.offset, size, signal)) {
            const count = countLines(bytes);
            if (firstLine + count > next) yield { firstLine, count, text: bytes.toString('utf8') };
            firstLine += count;
            next = Math.max(next, firstLine);
          }
        } catch (error) {
          // The cap has dropped it between two reads.
          if (!hasCode(error, 'ENOENT') || segments.includes(segment)) throw error;
        }
        next = Math.max(next, endLine);
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

function countLines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, at + 1)) count += 1;
  return count;
}

async function listSegments(folder: string): Promise<Segment[]> {
  const segments: Segment[] = [];
  for (const name of (await readdir(folder)).toSorted()) {
    const found = segmentName.exec(name);
    if (found?.[1] === undefined) continue;
    const path = join(folder, name);
    const firstLine = Number(found[1]);
    segments.push({ path, firstLine, endLine: firstLine, bytes: (await stat(path)).size });
  }
  return segments;
}

/** Null when there is none or it cannot be read: then the segments themselves are counted. */
async function readTotals(path: string): Promise<Counted | null> {
  const { content } = await readJsonFile(path, totalsVersion, Date.now());
  const parsed = totalsFile.safeParse(content);
  return parsed.success ? parsed.data : null;
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
