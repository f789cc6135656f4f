import type { LogLine } from '../../shared/contract/logs.ts';
import { mayHoldSecret, redact } from '../lib/redact.ts';
import { fromRecord, type LeveledLine } from './record.ts';
import type { Spool } from './spool.ts';

/** As the contract says: at most 8 KiB of a line, 1 MiB of a window. */
const longestText = 8 * 1024;
const windowBytes = 1024 * 1024;

/** Lines from `from` on, or from the first one that the cap has left. */
export async function readWindow(
  spool: Spool,
  from: number,
  count: number,
  signal: AbortSignal | undefined,
): Promise<LogLine[]> {
  const lines: BoundedLine[] = [];
  let first = from;
  let bytes = 0;
  for await (const { firstLine, text } of spool.records(from, signal)) {
    let line = firstLine;
    for (const record of text.split('\n')) {
      if (record === '') continue;
      if (line >= from) {
        const found = bound(fromRecord(record));
        bytes += Buffer.byteLength(found.text);
        if (lines.length > 0 && bytes > windowBytes) return clean(lines, first);
        if (lines.length === 0) first = line;
        lines.push(found);
        if (lines.length === count) return clean(lines, first);
      }
      line += 1;
    }
  }
  return clean(lines, first);
}

interface BoundedLine extends LeveledLine {
  length: number;
}

/** Lines as they may leave core: bounded, and without secrets. */
export function toLogLines(lines: readonly LeveledLine[], firstLine: number): LogLine[] {
  return clean(lines.map(bound), firstLine);
}

/**
 * A NIM can echo the key that it was given, so keys are taken out here, on the way to a reader; the file itself is the
 * user's own (0600), as the engine's copy is root's. Taking them out on the way in would make every line of a flood pay
 * for it. The lines of a batch are looked at as one text; where it may hold a secret, they are looked at one by one.
 */
function clean(lines: readonly BoundedLine[], firstLine: number): LogLine[] {
  const cleanText = mayHoldSecret(lines.map(({ text }) => text).join('\n')) ? redact : (text: string) => text;
  return lines.map(({ at, output, level, text, length }, index) => ({
    line: firstLine + index,
    at,
    output,
    level,
    text: cleanText(text),
    length,
  }));
}

/** A window holds 8 KiB of a line, not the megabyte that it may have. Redacted before the cut, which could halve a key. */
function bound(line: LeveledLine): BoundedLine {
  const { text } = line;
  return { ...line, length: text.length, text: text.length <= longestText ? text : shorten(redact(text)) };
}

/** A progress bar drawn with carriage returns is cut to what a terminal would show in the end. */
function shorten(text: string): string {
  const lastReturn = text.trimEnd().lastIndexOf('\r');
  const shown = lastReturn < 0 ? text : text.slice(lastReturn + 1);
  const end = (shown.codePointAt(longestText - 1) ?? 0) > 0xffff ? longestText - 1 : longestText;
  return shown.slice(0, end);
}
