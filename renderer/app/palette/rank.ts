import { commandKinds, type Command, type CommandKind } from './command.ts';
import { matchWords, wordsOf, type MatchedRange } from './fuzzy.ts';

export interface RankedCommand {
  command: Command;
  label: readonly MatchedRange[];
  detail: readonly MatchedRange[];
}

export interface RankedGroup {
  /** `recent`: used last; `results`: what was found. */
  value: 'recent' | 'results' | CommandKind;
  items: readonly RankedCommand[];
}

export interface Ranking {
  groups: readonly RankedGroup[];
  /** How many there are, shown or not. */
  count: number;
}

/** More than anyone looks through; each costs the browser a row. */
export const shownResults = 60;
const shownRecent = 6;
/** Between two places of a match (fuzzy.ts): what is used often comes first where both fit about as well. */
const recentBonus = 15;

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Object.fromEntries forgets the keys' type
const orderOf = Object.fromEntries(commandKinds.map((kind, index) => [kind, index])) as Record<CommandKind, number>;

const plain = (command: Command): RankedCommand => ({ command, label: [], detail: [] });

/** @param recent ids, the last used first */
export function rank(commands: readonly Command[], query: string, recent: readonly string[]): Ranking {
  const words = wordsOf(query);
  return words.length === 0 ? offered(commands, recent) : found(commands, words, recent);
}

function offered(commands: readonly Command[], recent: readonly string[]): Ranking {
  const byId = new Map(commands.map((command) => [command.id, command]));
  const used = recent.flatMap((id) => byId.get(id) ?? []).slice(0, shownRecent);
  const rest = commands.filter((command) => command.isOffered === true && !used.includes(command));
  const groups: RankedGroup[] = [
    { value: 'recent' as const, items: used.map(plain) },
    ...commandKinds.map((kind) => ({
      value: kind,
      items: rest.filter((command) => command.kind === kind).map(plain),
    })),
  ].filter((group) => group.items.length > 0);
  return { groups, count: used.length + rest.length };
}

function found(commands: readonly Command[], words: readonly string[], recent: readonly string[]): Ranking {
  const bonus = new Map(recent.map((id, index) => [id, recentBonus * (1 - index / recent.length)]));
  const scored: (RankedCommand & { score: number })[] = [];
  for (const command of commands) {
    const match = matchWords(command, words);
    if (match !== null)
      scored.push({
        command,
        label: match.label,
        detail: match.detail,
        score: match.score + (bonus.get(command.id) ?? 0),
      });
  }
  const items = scored
    .toSorted((a, b) => b.score - a.score || orderOf[a.command.kind] - orderOf[b.command.kind])
    .slice(0, shownResults);
  return { groups: items.length === 0 ? [] : [{ value: 'results', items }], count: scored.length };
}
