import type { CompareRound, TallyRow } from '../../shared/contract/compare.ts';

type Voted = Pick<CompareRound, 'vote'> & { answers: readonly { columnId: string; name: string; state: string }[] };

/**
 * Wins and losses by the names of columns; the most wins first. Only columns that gave an answer count: one that failed
 * was not voted on. Two columns of one name in one round are counted apart.
 */
export function tallyOf(rounds: readonly Voted[]): TallyRow[] {
  const rows = new Map<string, TallyRow>();
  const rowOf = (name: string) => {
    const row = rows.get(name) ?? { name, wins: 0, losses: 0, ties: 0, bothBad: 0 };
    rows.set(name, row);
    return row;
  };
  for (const { vote, answers } of rounds) {
    if (vote === null) continue;
    for (const { columnId, name, state } of answers) {
      if (state === 'failed' || state === 'queued') continue;
      const row = rowOf(name);
      if (vote.kind === 'tie') row.ties += 1;
      else if (vote.kind === 'none') row.bothBad += 1;
      else if (vote.columnId === columnId) row.wins += 1;
      else row.losses += 1;
    }
  }
  return [...rows.values()].toSorted((a, b) => b.wins - a.wins || a.losses - b.losses || a.name.localeCompare(b.name));
}
