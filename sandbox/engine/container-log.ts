import { nowNano, spellNano } from './clock.ts';

export interface LogEntry {
  readonly nano: bigint;
  readonly output: 'stdout' | 'stderr';
  /** With its end of line, except where the process ended in the middle of one. */
  readonly text: string;
}

/** More than any real start prints; a flood drops the oldest, as a log that is rotated does. */
const mostEntries = 200_000;

/** What a container wrote, a line an entry. */
export interface ContainerLog {
  write(output: LogEntry['output'], text: string): void;
  /** What is left of a line that never ended. */
  flush(): void;
  /** Number of the first entry that is still there, and of the one to come. */
  readonly first: number;
  readonly end: number;
  entry(number: number): LogEntry | undefined;
  /** Whenever something was added, or a run is over. */
  onChange(listener: () => void): () => void;
  tell(): void;
}

export function createContainerLog(): ContainerLog {
  let entries: LogEntry[] = [];
  let first = 0;
  const rest = { stdout: '', stderr: '' };
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const listener of listeners) listener();
  };
  const add = (output: LogEntry['output'], text: string) => entries.push({ nano: nowNano(), output, text });
  return {
    write(output, text) {
      const lines = (rest[output] + text).split('\n');
      rest[output] = lines.pop() ?? '';
      if (lines.length === 0) return;
      for (const line of lines) add(output, `${line}\n`);
      if (entries.length > mostEntries * 1.1) {
        first += entries.length - mostEntries;
        entries = entries.slice(-mostEntries);
      }
      tell();
    },
    flush() {
      for (const output of ['stdout', 'stderr'] as const) {
        if (rest[output] !== '') add(output, rest[output]);
        rest[output] = '';
      }
      tell();
    },
    get first() {
      return first;
    },
    get end() {
      return first + entries.length;
    },
    entry: (number) => entries[number - first],
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    tell,
  };
}

/** An output's bytes behind an engine's header; with a terminal there is none, and lines end as a terminal's do. */
export function frame({ output, text, nano }: LogEntry, isTty: boolean, hasStamp: boolean): Buffer {
  const stamped = hasStamp ? `${spellNano(nano)} ${text}` : text;
  if (isTty) return Buffer.from(stamped.replace(/\n$/, '\r\n'));
  const body = Buffer.from(stamped);
  const header = Buffer.alloc(8);
  header[0] = output === 'stdout' ? 1 : 2;
  header.writeUInt32BE(body.length, 4);
  return Buffer.concat([header, body]);
}
