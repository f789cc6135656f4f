import type { Nim, NimStatus } from '../../../shared/contract/nims.ts';

export const statusFilters = ['all', 'up', 'failed', 'stopped'] as const;
export type StatusFilter = (typeof statusFilters)[number];

export interface NimFilter {
  search: string;
  status: StatusFilter;
}

const groupOf: Record<NimStatus, Exclude<StatusFilter, 'all'> | null> = {
  starting: 'up',
  ready: 'up',
  'not-answering': 'up',
  paused: 'up',
  stopping: 'up',
  stopped: 'stopped',
  exited: 'failed',
  // It may be any of them: only what shows all shows it.
  unknown: null,
};

/** What needs somebody first, then what runs, then what is over; the newest first in each. */
const order: Record<NimStatus, number> = {
  'not-answering': 0,
  paused: 0,
  exited: 1,
  starting: 2,
  stopping: 2,
  ready: 3,
  unknown: 4,
  stopped: 5,
};

export function filterNims(nims: readonly Nim[], { search, status }: NimFilter): Nim[] {
  const wanted = search
    .trim()
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return nims.filter((nim) => {
    if (status !== 'all' && groupOf[nim.status] !== status) return false;
    const text = [nim.name, nim.reference, ...nim.models].join(' ').toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
}

export function sortNims(nims: readonly Nim[]): Nim[] {
  return nims.toSorted(
    (one, other) => order[one.status] - order[other.status] || other.createdAt.localeCompare(one.createdAt),
  );
}
