import type { CompareAnswer, CompareRound, CompareSetup } from '../../shared/contract/compare.ts';

export interface Exported {
  setup: CompareSetup;
  rounds: readonly CompareRound[];
  madeAt: string;
  version: string;
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
