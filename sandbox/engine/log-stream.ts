import type { Writable } from 'node:stream';
import { type ContainerLog, frame, type LogEntry } from './container-log.ts';

export interface LogWish {
  outputs: ReadonlySet<LogEntry['output']>;
  /** Null: all. */
  tail: number | null;
  /** Included. */
  since: bigint | null;
  until: bigint | null;
  hasStamps: boolean;
  isTty: boolean;
}

const batchBytes = 256 * 1024;

/** From the log to whoever reads it, no faster than that one reads; to the end of the run where it is followed. */
export async function sendLog(
  log: ContainerLog,
  wish: LogWish,
  to: Writable,
  signal: AbortSignal,
  isFollowed: () => boolean,
): Promise<void> {
  let wake = Promise.withResolvers<void>();
  const poke = () => {
    wake.resolve();
    wake = Promise.withResolvers();
  };
  const stop = log.onChange(poke);
  signal.addEventListener('abort', poke, { once: true });
  to.on('drain', poke);
  let at = firstEntry(log, wish);
  try {
    while (!signal.aborted) {
      const change = wake.promise;
      const goesOn = isFollowed();
      const { bytes, next, isPast } = nextBatch(log, at, wish);
      at = next;
      if (bytes.length > 0 && !to.write(bytes)) {
        await wake.promise;
        continue;
      }
      if (isPast || (bytes.length === 0 && at >= log.end && !goesOn)) return;
      if (bytes.length === 0 && at >= log.end) await change;
    }
  } finally {
    stop();
    to.off('drain', poke);
  }
}

function isWanted({ output, nano }: LogEntry, { outputs, since }: LogWish): boolean {
  return outputs.has(output) && (since === null || nano >= since);
}

function firstEntry(log: ContainerLog, wish: LogWish): number {
  if (wish.tail === null) return log.first;
  let left = wish.tail;
  let at = log.end;
  while (at > log.first && left > 0) {
    at -= 1;
    const entry = log.entry(at);
    if (entry !== undefined && isWanted(entry, wish)) left -= 1;
  }
  return at;
}

function nextBatch(log: ContainerLog, from: number, wish: LogWish) {
  const parts: Buffer[] = [];
  let size = 0;
  let at = Math.max(from, log.first);
  for (; at < log.end && size < batchBytes; at += 1) {
    const entry = log.entry(at);
    if (entry === undefined) continue;
    if (wish.until !== null && entry.nano > wish.until) return { bytes: Buffer.concat(parts), next: at, isPast: true };
    if (!isWanted(entry, wish)) continue;
    const part = frame(entry, wish.isTty, wish.hasStamps);
    parts.push(part);
    size += part.length;
  }
  return { bytes: Buffer.concat(parts), next: at, isPast: false };
}
