import type { LogLevel, LogView } from '../../shared/contract/logs.ts';
import { withoutAnsi } from '../lib/ansi.ts';
import { redact } from '../lib/redact.ts';
import { fromRecord, meaningAt } from './record.ts';
import type { Spool } from './spool.ts';

/** A search that finds little in a huge spool answers in between, so that a page can show how far it is. */
const bytesPerCall = 64 * 1024 * 1024;

export interface SearchQuery {
  /** Case-insensitive, over what a person sees: without colours, and without secrets, so that none can be guessed by searching. */
  text: string;
  /** Empty: all. */
  levels: readonly LogLevel[];
  view: LogView;
  /** A position of the view, as are the hits. */
  from: number;
  limit: number;
}

export async function searchSpool(
  spool: Spool,
  { text: wanted, levels, view, from, limit }: SearchQuery,
  signal: AbortSignal | undefined,
): Promise<{ hits: number[]; nextLine: number | null }> {
  const shape = new RegExp(escapeShape(wanted), 'giu');
  const isWanted = new RegExp(escapeShape(wanted), 'iu');
  const hits: number[] = [];
  let scanned = 0;

  for await (const { place, text: raw } of spool.records(from, view, signal)) {
    const text = withoutAnsi(raw);
    let position = place[view];
    let counted = 0;
    /** Moves on to the record that begins there. */
    const countTo = (start: number) => {
      while (counted < start) {
        if (view === 'all' || meaningAt(text, counted)?.isPoll !== true) position += 1;
        counted = text.indexOf('\n', counted) + 1;
      }
    };
    shape.lastIndex = 0;
    for (let found = shape.exec(text); found !== null && found.index < text.length; found = shape.exec(text)) {
      const start = text.lastIndexOf('\n', found.index - 1) + 1;
      const end = text.indexOf('\n', found.index);
      countTo(start);
      shape.lastIndex = end + (wanted === '' ? 1 : 0);
      const meaning = meaningAt(text, start);
      if (position < from || (view === 'quiet' && meaning?.isPoll === true)) continue;
      if (levels.length > 0 && !levels.includes(meaning?.level ?? 'other')) continue;
      // The hit may lie in the stamp or in what is not shown.
      if (wanted !== '' && !isWanted.test(redact(fromRecord(text.slice(start, end)).text))) continue;
      hits.push(position);
      if (hits.length === limit) return { hits, nextLine: nextOf(position + 1) };
    }
    scanned += raw.length;
    if (scanned >= bytesPerCall) {
      countTo(text.length);
      return { hits, nextLine: nextOf(position) };
    }
  }
  return { hits, nextLine: null };

  function nextOf(position: number): number | null {
    return position < spool.totals().end[view] ? position : null;
  }
}

function escapeShape(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}
