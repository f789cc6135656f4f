import { withoutAnsi } from '../lib/ansi.ts';
import { redact } from '../lib/redact.ts';
import { fromRecord } from './record.ts';
import type { Spool } from './spool.ts';

/** A search that finds little in a huge spool answers in between, so that a page can show how far it is. */
const bytesPerCall = 64 * 1024 * 1024;

/** Case-insensitive, over what a person sees: without colours, and without secrets, so that none can be guessed by searching. */
export async function searchSpool(
  spool: Spool,
  query: { text: string; from: number; limit: number },
  signal: AbortSignal | undefined,
): Promise<{ hits: number[]; nextLine: number | null }> {
  const shape = new RegExp(escapeShape(query.text), 'giu');
  const hits: number[] = [];
  let scanned = 0;

  for await (const { firstLine, count, text: raw } of spool.records(query.from, signal)) {
    const text = withoutAnsi(raw);
    let line = firstLine;
    let counted = 0;
    shape.lastIndex = 0;
    for (let found = shape.exec(text); found !== null; found = shape.exec(text)) {
      const start = text.lastIndexOf('\n', found.index - 1) + 1;
      const end = text.indexOf('\n', found.index);
      for (let at = text.indexOf('\n', counted); at >= 0 && at < start; at = text.indexOf('\n', at + 1)) line += 1;
      counted = start;
      // The hit may lie in the stamp or in what is not shown.
      if (line >= query.from && isShown(text.slice(start, end), query.text)) hits.push(line);
      if (hits.length === query.limit) return { hits, nextLine: nextOf(line + 1, spool) };
      shape.lastIndex = end;
    }
    scanned += raw.length;
    if (scanned >= bytesPerCall) return { hits, nextLine: nextOf(firstLine + count, spool) };
  }
  return { hits, nextLine: null };
}

function isShown(record: string, query: string): boolean {
  return new RegExp(escapeShape(query), 'iu').test(redact(fromRecord(record).text));
}

function nextOf(line: number, spool: Spool): number | null {
  return line < spool.totals().endLine ? line : null;
}

function escapeShape(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}
