import type { Api } from '../../../shared/contract/index.ts';
import type { LogLine } from '../../../shared/contract/logs.ts';
import { type AppError, isAppError } from '../../../shared/errors.ts';
import { toAppError } from '../../hooks/read-stream.ts';

// A screen holds about 50 lines: one read brings the screen and a margin on both sides.
export const chunkLines = 200;
// About 20 screens to each side; what is farther away is read again when it is wanted.
const keptChunks = 40;

export interface LogWindow {
  line(number: number): LogLine | undefined;
  /** Reads what of these lines is missing; the latest wish counts. */
  need(range: { from: number; to: number; firstLine: number; endLine: number }): void;
  failure(): AppError | null;
  subscribe: (listener: () => void) => () => void;
  /** Changes with every read; for `useSyncExternalStore`. */
  version: () => number;
  /** Begins or begins again; returns how to stop. */
  open(): () => void;
}

/** Lines of one run around what is on the screen, outside of React: a page commits once a read, however many lines it brought. */
export function createLogWindow(api: Api, runId: string): LogWindow {
  const chunks = new Map<number, LogLine[]>();
  const listeners = new Set<() => void>();
  let version = 0;
  let wanted: { from: number; to: number; firstLine: number; endLine: number } | null = null;
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
    const first = Math.max(wanted.from, wanted.firstLine);
    const end = Math.min(wanted.to, wanted.endLine);
    for (let chunk = Math.floor(first / chunkLines); chunk * chunkLines < end; chunk += 1) {
      const held = chunks.get(chunk);
      const chunkEnd = Math.min((chunk + 1) * chunkLines, wanted.endLine);
      const from = held === undefined ? Math.max(chunk * chunkLines, wanted.firstLine) : (held.at(-1)?.line ?? 0) + 1;
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
        const { lines } = await api.logs.read({ runId, from: gap.from, count: gap.count }, { signal });
        if (signal.aborted) return;
        // Nothing where the counts promised something: dropped by the cap meanwhile, the next counts will say so.
        if (lines.length === 0) return;
        chunks.set(gap.chunk, [...(chunks.get(gap.chunk) ?? []), ...lines]);
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
    line(number) {
      const held = chunks.get(Math.floor(number / chunkLines));
      const first = held?.[0];
      return first === undefined ? undefined : held?.[number - first.line];
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

/** Where the first line of level error is; null when there is none. Reads in large steps, so that most runs take one. */
export async function findFirstError(
  api: Api,
  runId: string,
  range: { firstLine: number; endLine: number },
  signal: AbortSignal,
): Promise<number | null> {
  for (let from = range.firstLine; from < range.endLine;) {
    const { lines } = await api.logs.read({ runId, from, count: 2000 }, { signal });
    const found = lines.find((line) => line.level === 'error');
    if (found !== undefined) return found.line;
    const last = lines.at(-1);
    if (last === undefined) return null;
    from = last.line + 1;
  }
  return null;
}

/** All hits of a text, up to a number that no one looks through. */
export async function searchLog(
  api: Api,
  runId: string,
  query: string,
  signal: AbortSignal,
): Promise<{ hits: number[]; isMore: boolean }> {
  const most = 10_000;
  const hits: number[] = [];
  let from: number | null = 0;
  while (from !== null && hits.length < most) {
    const found: { hits: number[]; nextLine: number | null } = await api.logs.search(
      { runId, query, from, limit: 1000 },
      { signal },
    );
    hits.push(...found.hits);
    from = found.nextLine;
  }
  return { hits, isMore: from !== null };
}
