import type Docker from 'dockerode';
import { demux } from '../engine/demux.ts';
import { toLines } from '../lib/lines.ts';
import { nanosecondsOf, stampOf, toEngineTime } from '../lib/stamp.ts';
import { isPollLine } from './is-poll.ts';
import { parseLevel } from './parse-level.ts';
import { type LeveledLine, toRecord } from './record.ts';
import type { Spool } from './spool.ts';

/**
 * The engine stamps the two outputs in two threads, so a line may come behind one with a later stamp. Going on exactly
 * at the newest stamp held would lose it; what is held of this last stretch is dropped when it comes again.
 */
const overlapNanoseconds = 250_000_000n;
/** More than the clocks of two machines differ by. */
const setBackNanoseconds = 2_000_000_000n;

export interface CollectOptions {
  containerId: string;
  isTty: boolean;
  /** Lines stamped earlier belong to the container's run before; null in its first. */
  from: string | null;
  /** The clock was set back since the newest line held was read, wherever it stands now. */
  wasSetBack: boolean;
  /** Milliseconds since 1970. */
  now: () => number;
  /** Lines stamped then or later belong to its next run; null while there is none. Asked at each batch. */
  until: () => string | null;
  /** The engine has begun to answer. */
  onOpen: () => void;
  /** A line of the next run has come, so this one is whole. */
  onPast: () => void;
  signal: AbortSignal;
}

/**
 * One connection: the lines of the run that the spool does not hold yet, in batches, until the engine ends the stream.
 * Throws when the connection breaks. That it ends says nothing about how the container ended.
 */
export async function* collect(
  docker: Docker,
  spool: Spool,
  options: CollectOptions,
): AsyncGenerator<LeveledLine[], void, undefined> {
  const { containerId, isTty, until, signal } = options;
  const drop = await heldLines(spool, options);
  const stream = await docker.getContainer(containerId).logs({
    follow: true,
    stdout: true,
    stderr: true,
    timestamps: true,
    ...(drop.since === null ? {} : { since: toEngineTime(drop.since) }),
    abortSignal: signal,
  });
  options.onOpen();

  for await (const lines of toLines(demux(stream, isTty), isTty ? 'line' : 'frame')) {
    const end = until();
    const batch: LeveledLine[] = [];
    for (const line of lines) {
      if (end !== null && line.at !== null && line.at >= end) {
        if (batch.length > 0) yield batch;
        options.onPast();
        return;
      }
      const { output, at, text } = line;
      const leveled = isPollLine(text)
        ? { output, at, text, level: 'info' as const, isPoll: true }
        : { output, at, text, level: parseLevel(text) };
      if (!drop.isHeld(leveled)) batch.push(leveled);
    }
    if (batch.length > 0) yield batch;
  }
}

interface HeldLines {
  /** Where to ask the engine to begin; it repeats lines of that very stamp. */
  since: string | null;
  isHeld(line: LeveledLine): boolean;
}

async function heldLines(
  spool: Spool,
  { from, wasSetBack, now }: Pick<CollectOptions, 'from' | 'wasSetBack' | 'now'>,
): Promise<HeldLines> {
  const last = spool.lastStamp();
  const isAhead = last !== null && nanosecondsOf(last) - setBackNanoseconds > BigInt(Math.trunc(now())) * 1_000_000n;
  // Lines that were written after the clock was set back are stamped earlier than what is held, or than the run began:
  // then all are asked for.
  const isAll = last !== null && (wasSetBack || isAhead);
  const overlap = last === null ? null : stampOf(nanosecondsOf(last) - overlapNanoseconds);
  const begin = isAll || overlap === null || (from !== null && from > overlap) ? from : overlap;
  const held = new Map<string, number>();
  if (last !== null) {
    for (const record of await spool.recordsSince(isAll ? '' : (begin ?? '')))
      held.set(record, (held.get(record) ?? 0) + 1);
  }
  /**
   * The log goes over all runs, in the order of writing: from the first line of this one on every line is of it, however
   * it is stamped. Where only the newest of what is held is compared, what is stamped before that is held.
   */
  let hasBegun = false;

  return {
    since: isAll ? null : begin,
    isHeld(line) {
      if (line.at === null) return false;
      if (!hasBegun && begin !== null && line.at < begin) return true;
      hasBegun = isAll || last === null;
      if (last === null || held.size === 0 || line.at > last) return false;
      const record = toRecord(line).slice(0, -1);
      const times = held.get(record);
      if (times === undefined) return false;
      if (times === 1) held.delete(record);
      else held.set(record, times - 1);
      return true;
    },
  };
}
