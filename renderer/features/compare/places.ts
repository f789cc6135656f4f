import type { CompareAnswer, CompareColumn, CompareRound, CompareSetup } from '../../../shared/contract/compare.ts';
import { words } from '../../words.ts';

/** One column as it stands on the page. */
export interface Place {
  /** A to F, by where it stands. */
  letter: string;
  columnId: string;
  /** What it is called now; null while that must not be known. */
  name: string | null;
  column: CompareColumn | null;
  /** Null: nothing was asked yet, or this column came later. */
  answer: CompareAnswer | null;
}

/** FNV-1a, so that a round's order is the same in every window and after every restart. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return value >>> 0;
}

/** Whether it must not be seen whose answer is whose. */
export function isMasked(setup: Pick<CompareSetup, 'isBlind'>, round: Pick<CompareRound, 'vote'> | null): boolean {
  return setup.isBlind && round !== null && round.vote === null;
}

/**
 * Columns from left to right. A round keeps the columns that it was asked with, even where they are gone now; a blind one
 * has its own order, before and after the vote, so that the letters stay true.
 */
export function placesOf(setup: CompareSetup, round: CompareRound | null): Place[] {
  const masked = isMasked(setup, round);
  const columnOf = (id: string) => setup.columns.find((column) => column.id === id) ?? null;
  const asked: Omit<Place, 'letter'>[] =
    round === null
      ? setup.columns.map((column) => ({ columnId: column.id, name: column.name, column, answer: null }))
      : round.answers.map((answer) => ({
          columnId: answer.columnId,
          name: answer.name,
          column: columnOf(answer.columnId),
          answer,
        }));
  const ordered =
    setup.isBlind && round !== null
      ? asked.toSorted((a, b) => hash(`${round.id} ${a.columnId}`) - hash(`${round.id} ${b.columnId}`))
      : asked;
  return ordered.map((place, index) => ({
    ...place,
    name: masked ? null : place.name,
    letter: words.compare.letters[index] ?? String(index + 1),
  }));
}

/** `A · llama`, or what it is called while its name is hidden. */
export function titleOf({ letter, name }: Pick<Place, 'letter' | 'name'>): string {
  return name === null ? words.compare.hidden(letter) : words.compare.named(letter, name);
}

export function lettersOf(places: readonly Place[], columnIds: readonly string[]): string[] {
  return places.filter(({ columnId }) => columnIds.includes(columnId)).map(({ letter }) => letter);
}
