import type { LogLine } from '../../shared/contract/logs.ts';
import { redact } from '../lib/logger.ts';
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
  const lines: LogLine[] = [];
  let bytes = 0;
  for await (const { firstLine, text } of spool.records(from, signal)) {
    let line = firstLine;
    for (const record of text.split('\n')) {
      if (record === '') continue;
      if (line >= from) {
        const shown = toLogLine(fromRecord(record), line);
        bytes += Buffer.byteLength(shown.text);
        if (lines.length > 0 && bytes > windowBytes) return lines;
        lines.push(shown);
        if (lines.length === count) return lines;
      }
      line += 1;
    }
  }
  return lines;
}

/**
 * A line as it may leave core. A NIM can echo the key that it was given, so keys are taken out here: on the way to a
 * reader, where a few thousand lines a second are the most, not on the way in, where it would cost each line of a flood
 * four searches; the file itself is the user's own (0600), as the engine's copy is root's.
 */
export function toLogLine({ at, output, level, text }: LeveledLine, line: number): LogLine {
  return { line, at, output, level, text: shorten(redact(text)), length: text.length };
}

/** A progress bar drawn with carriage returns is cut to what a terminal would show in the end. */
function shorten(text: string): string {
  if (text.length <= longestText) return text;
  const lastReturn = text.trimEnd().lastIndexOf('\r');
  const shown = lastReturn < 0 ? text : text.slice(lastReturn + 1);
  const end = (shown.codePointAt(longestText - 1) ?? 0) > 0xffff ? longestText - 1 : longestText;
  return shown.slice(0, end);
}
