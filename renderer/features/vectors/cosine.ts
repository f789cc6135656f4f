/** The cosine of two vectors of one length, from -1 to 1; null where one of them is nothing but zeros. */
export function cosine(one: readonly number[], other: readonly number[]): number | null {
  let product = 0;
  let first = 0;
  let second = 0;
  for (const [index, value] of one.entries()) {
    const beside = other[index] ?? 0;
    product += value * beside;
    first += value * value;
    second += beside * beside;
  }
  // Rounding must not make more than the same direction of it.
  return first === 0 || second === 0 ? null : Math.max(-1, Math.min(1, product / Math.sqrt(first * second)));
}

export interface Neighbour {
  index: number;
  cosine: number;
}

/** The others, the nearest first; what has no direction is left out. `self`: the place of the text itself, or null. */
export function nearestTo(
  vector: readonly number[],
  all: readonly (readonly number[])[],
  self: number | null,
): Neighbour[] {
  return all
    .flatMap((other, index) => {
      const near = index === self ? null : cosine(vector, other);
      return near === null ? [] : [{ index, cosine: near }];
    })
    .toSorted((a, b) => b.cosine - a.cosine);
}

/** Lines that say something, without the space around them. */
export function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** The shortest and the longest of the vectors. */
export function lengthsOf(all: readonly (readonly number[])[]): { from: number; to: number } {
  const lengths = all.map((vector) => Math.hypot(...vector));
  return { from: Math.min(...lengths), to: Math.max(...lengths) };
}
