import type { Api } from '../../../shared/contract/index.ts';
import type { LogLevel, LogLine, LogView } from '../../../shared/contract/logs.ts';
import { type AppError, isAppError } from '../../../shared/errors.ts';
import { toAppError } from '../../hooks/read-stream.ts';

// A screen holds about 50 lines: one read brings the screen and a margin on both sides.
export const chunkLines = 200;
// About 20 screens to each side; what is farther away is read again when it is wanted.
const keptChunks = 40;

/** Positions of a view: the lines that there are, and those that are wanted. */
export interface WantedLines {
  from: number;
  to: number;
  first: number;
  end: number;
}

export interface LogWindow {
  /** The line at a position of the view. */
  line(position: number): LogLine | undefined;
  /** Reads what of these lines is missing; the latest wish counts. */
  need(wanted: WantedLines): void;
  failure(): AppError | null;
  subscribe: (listener: () => void) => () => void;
  /** Changes with every read; for `useSyncExternalStore`. */
  version: () => number;
  /** Begins or begins again; returns how to stop. */
  open(): () => void;
}

/** Lines of one run around what is on the screen, outside of React: a page commits once a read, however many lines it brought. */
export function createLogWindow(api: Api, runId: string, view: LogView): LogWindow {
  const chunks = new Map<number, { first: number; lines: LogLine[] }>();
  const listeners = new Set<() => void>();
  let version = 0;
  let wanted: WantedLines | null = null;
  let abort: AbortController | null = null;
  let isReading = false;
  let failure: AppError | null = null;

  const change = () => {
    version += 1;
    for (const listener of listeners) listener();
  };

  /** Where to read next, or null when nothing wanted is missing. */
  const nextGap = (): { chunk: number; from: number; count: number } | null => {
    if (wanted === null) return null;
    const first = Math.max(wanted.from, wanted.first);
    const end = Math.min(wanted.to, wanted.end);
    for (let chunk = Math.floor(first / chunkLines); chunk * chunkLines < end; chunk += 1) {
      const held = chunks.get(chunk);
      const chunkEnd = Math.min((chunk + 1) * chunkLines, wanted.end);
      const from = held === undefined ? Math.max(chunk * chunkLines, wanted.first) : held.first + held.lines.length;
      if (from < chunkEnd) return { chunk, from, count: (chunk + 1) * chunkLines - from };
    }
    return null;
  };

  const evict = () => {
    if (wanted === null || chunks.size <= keptChunks) return;
    const middle = (wanted.from + wanted.to) / 2 / chunkLines;
    const byDistance = [...chunks.keys()].toSorted((a, b) => Math.abs(a - middle) - Math.abs(b - middle));
    for (const chunk of byDistance.slice(keptChunks)) chunks.delete(chunk);
  };

  const readGaps = async (signal: AbortSignal) => {
    isReading = true;
    try {
      for (let gap = nextGap(); gap !== null && !signal.aborted; gap = nextGap()) {
        const { first, lines } = await api.logs.read({ runId, view, from: gap.from, count: gap.count }, { signal });
        if (signal.aborted) return;
        // Nothing where the counts promised something: dropped by the cap meanwhile, the next counts will say so.
        if (lines.length === 0) return;
        const held = chunks.get(gap.chunk);
        const joins = held !== undefined && held.first + held.lines.length === first;
        chunks.set(gap.chunk, joins ? { first: held.first, lines: [...held.lines, ...lines] } : { first, lines });
        evict();
        failure = null;
        change();
      }
    } catch (error) {
      if (signal.aborted) return;
      // A cut: the banner says so, and the counts that come after it make this read again.
      if (isAppError(error, 'DISCONNECTED')) return;
      failure = toAppError(error);
      change();
    } finally {
      isReading = false;
    }
  };

  return {
    line(position) {
      const held = chunks.get(Math.floor(position / chunkLines));
      return held?.lines[position - held.first];
    },
    need(range) {
      wanted = range;
      if (!isReading && abort !== null && nextGap() !== null) void readGaps(abort.signal);
    },
    failure: () => failure,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    version: () => version,
    open() {
      const own = new AbortController();
      abort = own;
      isReading = false;
      if (nextGap() !== null) void readGaps(own.signal);
      return () => own.abort();
    },
  };
}

export interface LogQuery {
  /** Empty: every line of the levels. */
  text: string;
  levels: readonly LogLevel[];
  view: LogView;
}

/** All hits, as positions of the view, up to a number that no one looks through. */
export async function searchLog(
  api: Api,
  runId: string,
  { text: query, levels, view }: LogQuery,
  signal: AbortSignal,
): Promise<{ hits: number[]; isMore: boolean }> {
  const most = 10_000;
  const hits: number[] = [];
  let from: number | null = 0;
  while (from !== null && hits.length < most) {
    const found: { hits: number[]; nextLine: number | null } = await api.logs.search(
      { runId, view, query, levels: [...levels], from, limit: 1000 },
      { signal },
    );
    hits.push(...found.hits);
    from = found.nextLine;
  }
  return { hits, isMore: from !== null };
}
