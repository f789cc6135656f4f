import { type AppError, errorCatalog } from '../shared/errors.ts';
import type { Json } from '../shared/json.ts';

export interface Printer {
  readonly isJson: boolean;
  /** Whether a line that rewrites itself can be shown (standard error is a terminal, and no `--json`). */
  readonly isLive: boolean;
  /** A line of the result; nothing with `--json`. */
  line(text: string): void;
  /** Text of a result as it comes, without line end; nothing with `--json`. */
  text(text: string): void;
  /** A JSON line of the result; nothing without `--json`. */
  json(value: unknown): void;
  /** What a person should know beside the result; goes to standard error. */
  note(text: string): void;
  /** The line at the bottom that rewrites itself; null clears it. Only where `isLive`. */
  live(text: string | null): void;
  table(head: readonly string[], rows: readonly (readonly string[])[]): void;
  error(error: AppError): void;
}

// Terminal control characters in names, labels and logs must not reach the terminal.
// oxlint-disable-next-line no-control-regex -- control characters are what this looks for
const controlCharacters = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

// oxlint-disable-next-line no-control-regex -- as above
const colours = /(\u001b\[[\d;]*m)/;

export function plain(text: string): string {
  return text.replace(controlCharacters, '');
}

/** Colours stay: they end with the line. What moves the cursor, sets a title or a clipboard does not. */
function plainWithColours(text: string): string {
  if (!text.includes('\u001b')) return plain(text);
  const parts = text.split(colours).map((part, index) => (index % 2 === 1 ? part : plain(part)));
  return `${parts.join('')}\u001b[0m`;
}

export function layOut(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [head, ...rows].map((row) => row.map(plain));
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** What `--json` prints for a failure: the last line. */
export function errorJson(error: AppError): Json {
  const { title, remedy } = errorCatalog[error.code];
  return { error: { ...error.toFailure(), title, remedy } };
}

export function createPrinter(
  isJson: boolean,
  output: Pick<NodeJS.WriteStream, 'write'> & { isTTY?: boolean } = process.stdout,
  errors: Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns'> = process.stderr,
): Printer {
  const isLive = errors.isTTY && !isJson;
  let isLiveShown = false;

  function live(text: string | null): void {
    if (!isLive || (text === null && !isLiveShown)) return;
    errors.write(`\r\u001b[K${text === null ? '' : plain(text).slice(0, Math.max(20, errors.columns - 1))}`);
    isLiveShown = text !== null;
  }

  function write(to: Pick<NodeJS.WriteStream, 'write'>, text: string): void {
    live(null);
    to.write(text);
  }

  /** What a model or a container wrote goes into files as it is, but must not drive the terminal. */
  const shown = output.isTTY === true ? plainWithColours : (text: string) => text;

  return {
    isJson,
    isLive,
    live,
    line(text) {
      if (!isJson) write(output, `${shown(text)}\n`);
    },
    text(text) {
      if (!isJson) write(output, shown(text));
    },
    json(value) {
      if (isJson) write(output, `${JSON.stringify(value)}\n`);
    },
    note: (text) => write(errors, `${plain(text)}\n`),
    table(head, rows) {
      if (!isJson) for (const line of layOut(head, rows)) write(output, `${line}\n`);
    },
    error(error) {
      if (isJson) {
        write(output, `${JSON.stringify(errorJson(error))}\n`);
        return;
      }
      const { title, remedy } = errorCatalog[error.code];
      write(errors, `${title} (${error.code})\n`);
      if (error.message !== title) write(errors, `  ${plain(error.message)}\n`);
      write(errors, `  ${remedy}\n`);
    },
  };
}
