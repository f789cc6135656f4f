import type { LogLine, LogView } from '../../shared/contract/logs.ts';
import { mayHoldSecret, redact } from '../lib/redact.ts';
import { fromRecord, type LeveledLine } from './record.ts';
import type { ErrorRecord } from './segment.ts';
import type { Spool } from './spool.ts';

/** As the contract says: at most 8 KiB of a line, 1 MiB of a window. */
const longestText = 8 * 1024;
const windowBytes = 1024 * 1024;

/** Lines from a position of the view on, or from the first one that the cap has left. */
export async function readWindow(
  spool: Spool,
  { view, from, count }: { view: LogView; from: number; count: number },
  signal: AbortSignal | undefined,
): Promise<{ first: number; lines: LogLine[] }> {
  const lines: BoundedLine[] = [];
  let first = from;
  let bytes = 0;
  const window = () => ({ first, lines: clean(lines) });
  for await (const { place, text } of spool.records(from, view, signal)) {
    let line = place.all;
    let position = place[view];
    for (const record of text.split('\n')) {
      if (record === '') continue;
      const found = fromRecord(record);
      const isShown = view === 'all' || found.isPoll !== true;
      if (isShown && position >= from) {
        const bounded = bound(found, line);
        bytes += Buffer.byteLength(bounded.text);
        if (lines.length > 0 && bytes > windowBytes) return window();
        if (lines.length === 0) first = position;
        lines.push(bounded);
        if (lines.length === count) return window();
      }
      line += 1;
      if (isShown) position += 1;
    }
  }
  return window();
}

interface BoundedLine extends LeveledLine {
  line: number;
  length: number;
}

/** Lines as they may leave core: bounded, and without secrets. */
export function toLogLines(lines: readonly LeveledLine[], firstLine: number): LogLine[] {
  return clean(lines.map((line, index) => bound(line, firstLine + index)));
}

export function errorLine({ line, record }: ErrorRecord): LogLine {
  const [only] = toLogLines([fromRecord(record)], line);
  if (only === undefined) throw new Error('One line in, one line out.');
  return only;
}

/**
 * A NIM can echo the key that it was given, so keys are taken out here, on the way to a reader; the file itself is the
 * user's own (0600), as the engine's copy is root's. Taking them out on the way in would make every line of a flood pay
 * for it. The lines of a batch are looked at as one text; where it may hold a secret, they are looked at one by one.
 */
function clean(lines: readonly BoundedLine[]): LogLine[] {
  const cleanText = mayHoldSecret(lines.map(({ text }) => text).join('\n')) ? redact : (text: string) => text;
  return lines.map(({ line, at, output, level, text, length }) => ({
    line,
    at,
    output,
    level,
    text: cleanText(text),
    length,
  }));
}

/** A window holds 8 KiB of a line, not the megabyte that it may have. Redacted before the cut, which could halve a key. */
function bound(found: LeveledLine, line: number): BoundedLine {
  const { text } = found;
  return { ...found, line, length: text.length, text: text.length <= longestText ? text : shorten(redact(text)) };
}

/** A progress bar drawn with carriage returns is cut to what a terminal would show in the end. */
function shorten(text: string): string {
  const lastReturn = text.trimEnd().lastIndexOf('\r');
  const shown = lastReturn < 0 ? text : text.slice(lastReturn + 1);
  const end = (shown.codePointAt(longestText - 1) ?? 0) > 0xffff ? longestText - 1 : longestText;
  return shown.slice(0, end);
}
