/** Chance that a seed repeats: every choice of a soak comes from one of these, none from a clock or from Math.random. */
export interface Random {
  /** 0 ≤ number < 1 */
  next(): number;
  /** A whole number, 0 ≤ number < end. */
  below(end: number): number;
  chance(probability: number): boolean;
  pick<const T>(values: readonly T[]): T;
}

/**
 * mulberry32, which is short and good enough for choices.
 * @param parts a seed and, say, the number of a round: each round's choices then depend on nothing that happened before
 */
export function createRandom(...parts: readonly number[]): Random {
  let state = parts.reduce((mixed, part) => Math.imul(mixed ^ part, 0x9e3779b1) >>> 0, 0x85ebca6b);
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (end: number) => Math.floor(next() * end);
  return {
    next,
    below,
    chance: (probability) => next() < probability,
    pick(values) {
      const value = values[below(values.length)];
      if (value === undefined) throw new Error('nothing to pick from');
      return value;
    },
  };
}
