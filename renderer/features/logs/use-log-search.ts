import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { AppError } from '../../../shared/errors.ts';
import type { LogLevel, LogView } from '../../../shared/contract/logs.ts';
import { useApi } from '../../api.tsx';
import { toAppError } from '../../hooks/read-stream.ts';
import { keys } from '../../query.ts';
import { type LogQuery, searchLog } from './log-window.ts';

export interface LogSearch {
  typed: string;
  /** What is searched for: the typed text once it has been still for a moment. */
  query: string;
  /** Whether there is anything to search for: a text, a level or both. */
  isOn: boolean;
  filter: LevelFilter;
  setFilter: (filter: LevelFilter) => void;
  /** Positions of the view. */
  hits: readonly number[];
  isMore: boolean;
  isSearching: boolean;
  failure: AppError | null;
  /** Which of the hits; -1 before the first step. */
  current: number;
  currentLine: number | null;
  type: (text: string) => void;
  step: (direction: 1 | -1) => void;
}

export const levelFilters = {
  all: [],
  error: ['error'],
  warning: ['error', 'warning'],
} as const satisfies Record<string, readonly LogLevel[]>;
export type LevelFilter = keyof typeof levelFilters;

// Long enough not to search for each letter of a word.
const stillMs = 250;
const noHits: readonly number[] = [];

export function useLogSearch(
  runId: string,
  view: LogView,
  goTo: (position: number) => void,
  firstVisible: () => number,
): LogSearch {
  const api = useApi();
  const [typed, setTyped] = useState('');
  const [query, setQuery] = useState('');
  const [filter, setFilter] = useState<LevelFilter>('all');
  const [current, setCurrent] = useState(-1);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const isOn = query !== '' || filter !== 'all';
  const asked: LogQuery = { text: query, levels: levelFilters[filter], view };
  const result = useQuery({
    queryKey: keys.logSearch(runId, asked),
    queryFn: ({ signal }) => searchLog(api, runId, asked, signal),
    enabled: isOn,
    staleTime: 0,
    gcTime: 0,
  });
  const hits = result.data?.hits ?? noHits;

  const search = (text: string) => {
    clearTimeout(timer.current);
    setQuery(text);
    setCurrent(-1);
  };

  return {
    typed,
    query,
    isOn,
    filter,
    setFilter(next) {
      setFilter(next);
      setCurrent(-1);
    },
    hits,
    isMore: result.data?.isMore ?? false,
    isSearching: isOn && result.isFetching,
    failure: result.error === null ? null : toAppError(result.error),
    current,
    currentLine: hits[current] ?? null,
    type(text) {
      setTyped(text);
      clearTimeout(timer.current);
      timer.current = setTimeout(() => search(text.trim()), stillMs);
    },
    step(direction) {
      if (typed.trim() !== query) {
        search(typed.trim());
        return;
      }
      if (hits.length === 0) return;
      const next = current === -1 ? firstStep(hits, firstVisible(), direction) : current + direction;
      // At the end it goes on at the beginning.
      const index = (next + hits.length) % hits.length;
      setCurrent(index);
      const line = hits[index];
      if (line !== undefined) goTo(line);
    },
  };
}

/** The first step leads to the nearest hit in its direction from what is on the screen. */
export function firstStep(hits: readonly number[], visible: number, direction: 1 | -1): number {
  const below = hits.findIndex((line) => line >= visible);
  if (direction === 1) return below === -1 ? 0 : below;
  return below === -1 ? hits.length - 1 : below - 1;
}
