/** Of what was measured, the mean of the two in the middle where there are two; null: nothing was. */
export function median(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null).toSorted((a, b) => a - b);
  const middle = known.length / 2;
  const upper = known[Math.floor(middle)];
  if (upper === undefined) return null;
  return Number.isInteger(middle) ? (upper + (known[middle - 1] ?? upper)) / 2 : upper;
}
