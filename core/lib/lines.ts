import { stampLength, toStamp } from './stamp.ts';

/** A part of what one output of a container wrote. */
export interface Piece {
  output: 'stdout' | 'stderr';
  bytes: Buffer;
  /** Whether a message of the engine begins with it; in a log with time stamps the stamp stands there. */
  isStart: boolean;
}

export interface Line {
  output: Piece['output'];
  /** The engine's stamp of the line's first byte; null without stamps. */
  at: string | null;
  text: string;
}

/** Longer lines (a progress bar drawn with carriage returns, a dump) become several: memory stays bounded and nothing is lost. */
export const longestLineBytes = 1024 * 1024;

/**
 * Where the engine's stamps stand: before each frame's bytes, which with a long line is every 16 KiB of it; or, with a
 * terminal, where there are no frames, at each line's begin and after every 16 KiB of it.
 */
export type StampPlace = 'frame' | 'line' | 'none';

/** The engine cuts messages there; measured on 20.10 and unchanged since. */
const engineMessageBytes = 16 * 1024;
const newline = 0x0a;
const carriageReturn = 0x0d;
const space = 0x20;

/**
 * Bytes to lines, a batch for each batch. One assembler an output, so the two can interleave anywhere; a line is decoded
 * when it is whole, so a character may be cut anywhere; what is not UTF-8 becomes U+FFFD. A last line without an end is kept.
 */
export async function* toLines(
  batches: AsyncIterable<readonly Piece[]>,
  stamps: StampPlace,
): AsyncGenerator<Line[], void, undefined> {
  const assemblers = { stdout: createAssembler('stdout', stamps), stderr: createAssembler('stderr', stamps) };
  for await (const pieces of batches) {
    const lines: Line[] = [];
    for (const { output, bytes, isStart } of pieces) assemblers[output].push(bytes, isStart, lines);
    if (lines.length > 0) yield lines;
  }
  const last: Line[] = [];
  assemblers.stdout.end(last);
  assemblers.stderr.end(last);
  if (last.length > 0) yield last;
}

function createAssembler(output: Piece['output'], stamps: StampPlace) {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let at: string | null = null;
  /** With a terminal: bytes of this line since its last stamp, and a stamp that has not wholly arrived. */
  let sinceStamp = 0;
  let cutStamp: Buffer | null = null;

  function emit(bytes: Buffer, from: number, to: number, lines: Line[]): void {
    const end = to > from && bytes[to - 1] === carriageReturn ? to - 1 : to;
    lines.push({ output, at, text: bytes.toString('utf8', from, end) });
  }

  function hold(bytes: Buffer): void {
    // A copy: a slice would keep the whole chunk alive for as long as the line takes.
    held.push(Buffer.from(bytes));
    heldBytes += bytes.length;
  }

  function release(): Buffer {
    const all = held.length === 1 && held[0] !== undefined ? held[0] : Buffer.concat(held);
    held = [];
    heldBytes = 0;
    return all;
  }

  /** Takes bytes without stamps. */
  function take(bytes: Buffer, from: number, to: number, lines: Line[]): void {
    let start = from;
    while (start < to) {
      const found = bytes.indexOf(newline, start);
      const end = found < 0 || found >= to ? to : found;
      const isWhole = end < to;
      if (isWhole && heldBytes === 0 && end - start <= longestLineBytes) {
        emit(bytes, start, end, lines);
      } else {
        hold(bytes.subarray(start, end));
        while (heldBytes > longestLineBytes) emitPart(lines);
        if (isWhole) {
          const line = release();
          emit(line, 0, line.length, lines);
        }
      }
      start = isWhole ? end + 1 : end;
    }
  }

  function emitPart(lines: Line[]): void {
    const all = release();
    let cut = longestLineBytes;
    // Not inside a character: step back over continuation bytes, of which there are at most three.
    while (cut > longestLineBytes - 3 && ((all[cut] ?? 0) & 0xc0) === 0x80) cut -= 1;
    lines.push({ output, at, text: all.toString('utf8', 0, cut) });
    hold(all.subarray(cut));
  }

  function pushFrame(bytes: Buffer, isStart: boolean, lines: Line[]): void {
    let from = 0;
    if (isStart) {
      const stamp = stampAt(bytes, 0);
      if (stamp !== null) {
        from = stamp.length + 1;
        if (heldBytes === 0) at = stamp.at;
      } else if (heldBytes === 0) at = null;
    }
    take(bytes, from, bytes.length, lines);
    // An empty line of a frame is a frame with its newline only; take() has seen it.
  }

  /** No frames: a stamp stands where a line begins and where the engine has cut a long one. */
  function pushRaw(chunk: Buffer, lines: Line[]): void {
    const bytes = cutStamp === null ? chunk : Buffer.concat([cutStamp, chunk]);
    cutStamp = null;
    let start = 0;
    while (start < bytes.length) {
      const isLineStart = heldBytes === 0 && sinceStamp === 0;
      if (isLineStart || sinceStamp === engineMessageBytes) {
        const stamp = stampAt(bytes, start);
        if (stamp === null && bytes.length - start < longestStamp && bytes.indexOf(newline, start) < 0) {
          cutStamp = Buffer.from(bytes.subarray(start));
          return;
        }
        if (stamp !== null) start += stamp.length + 1;
        if (isLineStart) at = stamp?.at ?? null;
        sinceStamp = 0;
      }
      const room = engineMessageBytes - sinceStamp;
      const found = bytes.indexOf(newline, start);
      const end = found < 0 ? bytes.length : found + 1;
      const stop = stamps === 'line' ? Math.min(end, start + room) : end;
      take(bytes, start, stop, lines);
      sinceStamp = found >= 0 && stop === end ? 0 : sinceStamp + stop - start;
      start = stop;
    }
  }

  return {
    push(bytes: Buffer, isStart: boolean, lines: Line[]): void {
      if (stamps === 'frame') pushFrame(bytes, isStart, lines);
      else if (stamps === 'line') pushRaw(bytes, lines);
      else take(bytes, 0, bytes.length, lines);
    },
    end(lines: Line[]): void {
      if (cutStamp !== null) take(cutStamp, 0, cutStamp.length, lines);
      if (heldBytes === 0) return;
      const line = release();
      emit(line, 0, line.length, lines);
    },
  };
}

/** `2026-11-24T15:09:01.123456789+01:00` and the blank behind it. */
const longestStamp = 36;

function stampAt(bytes: Buffer, from: number): { at: string; length: number } | null {
  if (bytes[from + 4] !== 0x2d || bytes[from + 10] !== 0x54) return null;
  const end = bytes[from + stampLength] === space ? from + stampLength : bytes.indexOf(space, from);
  if (end < 0 || end - from >= longestStamp) return null;
  const at = toStamp(bytes.toString('latin1', from, end));
  return at === null ? null : { at, length: end - from };
}
