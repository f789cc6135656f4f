export interface ValuesAt {
  time: number;
  values: (number | null)[];
}

/** Null only where the newest is not known: an older value would be shown as if it were now. */
export function lastValue(values: readonly (number | null)[]): number | null {
  return values.at(-1) ?? null;
}

/** Of the lines, one after the other: told apart without colour, too. */
export const dashes: readonly (readonly number[])[] = [[], [6, 3], [2, 3], [8, 3, 2, 3], [1, 2], [12, 4]];

const mostRows = 60;

/** Newest first, at most an hour's minutes: evenly picked, the newest always among them. */
export function chartTable(
  times: readonly number[],
  series: readonly { values: readonly (number | null)[] }[],
): ValuesAt[] {
  const step = Math.max(1, Math.ceil(times.length / mostRows));
  const rows: ValuesAt[] = [];
  for (let index = times.length - 1; index >= 0; index -= step)
    rows.push({ time: times[index] ?? 0, values: series.map(({ values }) => values[index] ?? null) });
  return rows;
}

/** Values without a neighbour: a line needs two, so these are drawn as points. */
export function lonely(values: readonly (number | null | undefined)[]): number[] {
  const isKnown = (index: number) => typeof values[index] === 'number';
  return values.flatMap((_, index) => (isKnown(index) && !isKnown(index - 1) && !isKnown(index + 1) ? [index] : []));
}
