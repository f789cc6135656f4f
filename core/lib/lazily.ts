/** The work, done when it is first asked for and once; where it failed the next one tries again. */
export function lazily<T>(work: () => Promise<T>): () => Promise<T> {
  let begun: Promise<T> | null = null;
  return () => {
    const present = (begun ??= work());
    present.catch(() => {
      if (begun === present) begun = null;
    });
    return present;
  };
}
