import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { CompareRound, Comparison } from '../../../shared/contract/compare.ts';
import { useApi } from '../../api.tsx';
import { keys } from '../../query.ts';
import { isUnderWay } from './answers.ts';

/**
 * The round that is worth being shown by itself: the newest, and while a set runs, whose rounds are all there from its
 * beginning, the one that is being asked. 0: there is none.
 */
export function currentNumber({
  rounds,
  progress,
  latest,
}: Pick<Comparison, 'rounds' | 'progress' | 'latest'>): number {
  const newest = latest.at(-1);
  if (newest?.origin !== 'set' || !newest.answers.every(({ state }) => isUnderWay(state))) return rounds;
  const open = Math.ceil((progress.total - progress.done) / Math.max(1, newest.answers.length));
  return Math.min(rounds, Math.max(1, rounds - open + 1));
}

export interface ShownRound {
  /** Null: there is none, or it is being read. */
  round: CompareRound | null;
  /** Counts from 1; 0: there is no round. */
  number: number;
  /** Null: whichever is current. */
  show: (number: number | null) => void;
}

/** One round at a time, so that a set of thousands costs no more than a single prompt. */
export function useShownRound(comparison: Comparison): ShownRound {
  const api = useApi();
  const [chosen, show] = useState<number | null>(null);
  const number = Math.min(chosen ?? currentNumber(comparison), comparison.rounds);
  const known = comparison.latest.find((round) => round.number === number) ?? null;
  const { data } = useQuery({
    queryKey: [...keys.comparedRound(comparison.id, number), comparison.version],
    queryFn: ({ signal }) =>
      api.compare.rounds({ comparisonId: comparison.id, from: number - 1, count: 1 }, { signal }),
    enabled: known === null && number > 0,
    placeholderData: keepPreviousData,
  });
  const read = data?.rounds[0];
  return { round: known ?? (read?.number === number ? read : null), number, show };
}
