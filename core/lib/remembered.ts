interface Kept<T> {
  until: number;
  answer: Promise<{ value: T; keepMs: number }>;
}

/** What is asked over and over while somebody fills in a form; the oldest goes when there are more. */
const mostKept = 200;

/**
 * Asks once for each key, however many ask at the same time, and keeps the answer as long as that says.
 * @param ask must not reject; `keepMs` from when it was asked
 * @param now of a clock that nobody sets
 */
export function remembered<T>(
  ask: (key: string) => Promise<{ value: T; keepMs: number }>,
  now: () => number,
): (key: string) => Promise<T> {
  const kept = new Map<string, Kept<T>>();
  return async (key) => {
    const known = kept.get(key);
    if (known !== undefined && now() < known.until) return (await known.answer).value;
    const fresh: Kept<T> = { until: Infinity, answer: ask(key) };
    kept.delete(key);
    kept.set(key, fresh);
    const [oldest] = kept.keys();
    if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
    const { value, keepMs } = await fresh.answer;
    fresh.until = now() + keepMs;
    return value;
  };
}
