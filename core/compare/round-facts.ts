import type { CompareAnswer, CompareRound, CompareSetup } from '../../shared/contract/compare.ts';

export interface Exported {
  setup: CompareSetup;
  madeAt: string;
  version: string;
}

/** What stands of a round in the sums at the head of a file. */
export type RoundFacts = Pick<CompareRound, 'vote'> & {
  answers: readonly Pick<CompareAnswer, 'columnId' | 'name' | 'state' | 'model' | 'timing'>[];
};

/** A file from its begin to its end; `round` is called for each in order. */
export interface Writer {
  head: string;
  /** @param index how many were written before */
  round(round: CompareRound, index: number): string;
  end: string;
}

/** In a word; empty where nobody voted. */
export function voteOf({ vote }: Pick<CompareRound, 'vote'>, { columnId }: Pick<CompareAnswer, 'columnId'>): string {
  if (vote === null) return '';
  if (vote.kind === 'tie') return 'tie';
  if (vote.kind === 'none') return 'bad';
  return vote.columnId === columnId ? 'best' : 'not best';
}

export function sharedNames({ answers }: CompareRound, { sharedWith }: CompareAnswer): string {
  return answers.flatMap(({ columnId, name }) => (sharedWith.includes(columnId) ? [name] : [])).join('; ');
}
