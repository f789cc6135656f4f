import { AppError } from '../../shared/errors.ts';
import type { MigCard } from './table.ts';

const counted = /^(?:(?<before>\d+)\s*[x×*])?(?<what>[^x×*]+?)(?:[x×*]\s*(?<after>\d+))?$/;

/**
 * The slices that a person asks for: names ("3g.20gb"), the driver's numbers ("9"), the part before the dot where only one
 * profile has it ("3g"), each with a count if wanted ("7x1g.5gb"), parted by blanks or commas. BAD_INPUT names what there is.
 */
export function parseWanted(card: MigCard, words: readonly string[]): string[] {
  return words
    .flatMap((word) => word.split(','))
    .filter((word) => word.trim() !== '')
    .flatMap((word) => {
      const { before, what = '', after } = counted.exec(word.trim())?.groups ?? {};
      const count = Number(before ?? after ?? 1);
      const name = nameOf(card, what.trim().toLowerCase());
      if (name === null || count < 1 || count > card.computeSlices) throw unknownSlice(card, word);
      return Array.from({ length: count }, () => name);
    });
}

function nameOf(card: MigCard, what: string): string | null {
  const exact = card.profiles.find(({ name, id }) => name === what || String(id) === what);
  if (exact !== undefined) return exact.name;
  const short = card.profiles.filter(({ name }) => name.startsWith(`${what}.`) && !/[+-]/.test(name));
  return short.length === 1 ? (short[0]?.name ?? null) : null;
}

function unknownSlice(card: MigCard, word: string): AppError {
  const names = card.profiles.map(({ name, maxInstances }) => `${name} (at most ${maxInstances})`).join(', ');
  return new AppError('BAD_INPUT', `“${word}” is no slice of ${card.names[0] ?? card.key}. There are: ${names}.`);
}
