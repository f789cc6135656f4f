import { CsvError, parse } from 'csv-parse/sync';
import { AppError } from '../../shared/errors.ts';

export interface Table {
  /** Rows by the lines on which they begin, which count from 1 over the file. */
  rows: { line: number; fields: string[] }[];
  skipped: { line: number; reason: string }[];
}

/** A place in the file; the parser counts in bytes. */
interface Place {
  at: number;
  line: number;
}

/** A set holds 5,000 prompts: a file with more is torn all over, and each costs a tenth of a millisecond. */
const mostTorn = 5_000;

const lineEnds = ['\r\n', '\n', '\r'];

/**
 * Rows of CSV, RFC 4180, where quotes inside of a text need not be doubled. A quote that is opened and never closed takes
 * all that follows into its text; then only its own line is left out, and reading goes on with the next one. Throws
 * BAD_INPUT where that happens all over the file.
 */
export function readRows(content: string, delimiter: string): Table {
  const table: Table = { rows: [], skipped: [] };
  const bytes = Buffer.from(content);
  let place: Place = { at: 0, line: 1 };
  for (;;) {
    const torn = readToTorn(bytes, place, delimiter, table.rows);
    if (torn === null) return table;
    const [first] = table.skipped;
    if (first !== undefined && table.skipped.length === mostTorn)
      throw new AppError('BAD_INPUT', `The table cannot be read. Line ${first.line}: ${first.reason}`);
    table.skipped.push({
      line: torn.line,
      reason: 'A quotation mark opens in it and is not closed. Close or remove it.',
    });
    place = passed(bytes, torn, lineLength(bytes, torn.at));
  }
}

/** Adds rows up to the first whose quotes are torn; says where that is, or null where none is. */
function readToTorn(bytes: Buffer, from: Place, delimiter: string, rows: Table['rows']): Place | null {
  let place = from;
  try {
    parse(bytes.subarray(from.at), {
      delimiter,
      record_delimiter: lineEnds,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      on_record: (fields: string[], { bytes: read }) => {
        const end = from.at + read;
        place = passed(bytes, place, blankLength(bytes, place.at));
        if (isTorn(bytes.toString('utf8', place.at, end), delimiter)) throw new TornRow();
        rows.push({ line: place.line, fields });
        place = passed(bytes, place, end - place.at);
        return null;
      },
    });
    return null;
  } catch (error) {
    const isOpenAtEnd = error instanceof CsvError && error.code === 'CSV_QUOTE_NOT_CLOSED';
    if (!isOpenAtEnd && !(error instanceof TornRow)) throw error;
    return passed(bytes, place, blankLength(bytes, place.at));
  }
}

class TornRow extends Error {}

/** A text over several lines whose quote is closed in the middle of a field: by the opening quote of a later row. */
function isTorn(row: string, delimiter: string): boolean {
  // On a single line such a quote belongs to the text.
  if (countLineEnds(row.trimEnd()) === 0) return false;
  let isFound = false;
  parse(row, {
    delimiter,
    record_delimiter: lineEnds,
    relax_column_count: true,
    skip_records_with_error: true,
    on_skip: (error) => {
      isFound ||= error?.code === 'CSV_INVALID_CLOSING_QUOTE';
      return undefined;
    },
  });
  return isFound;
}

const countLineEnds = (text: string) => text.match(/\r\n|\r|\n/g)?.length ?? 0;

function passed(bytes: Buffer, { at, line }: Place, length: number): Place {
  return { at: at + length, line: line + countLineEnds(bytes.toString('utf8', at, at + length)) };
}

const isLineEnd = (byte: number | undefined) => byte === 10 || byte === 13;

function blankLength(bytes: Buffer, from: number): number {
  let at = from;
  while (isLineEnd(bytes[at])) at += 1;
  return at - from;
}

/** With its end, and the empty lines after it. */
function lineLength(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length && !isLineEnd(bytes[at])) at += 1;
  return at - from + blankLength(bytes, at);
}
