/** How Ctrl-C ends a command: at once, or, while something would be lost, after it was said and pressed again. */
export interface Interrupt {
  readonly signal: AbortSignal;
  /** While this is set, a first Ctrl-C prints what it answers and waits for a second one; null: nothing to lose. */
  warn(warning: (() => string | null) | null): void;
  /** While this is set, Ctrl-C calls it and nothing else ends. */
  handle(handler: (() => void) | null): void;
  close(): void;
}

// Long enough to read two lines, short enough that a much later Ctrl-C asks again.
const secondPressMs = 10_000;

export function createInterrupt(print: (text: string) => void): Interrupt {
  const controller = new AbortController();
  let warning: (() => string | null) | null = null;
  let handler: (() => void) | null = null;
  let warnedAt = Number.NEGATIVE_INFINITY;

  function onSignal(): void {
    if (handler !== null) {
      handler();
      return;
    }
    const text = performance.now() - warnedAt < secondPressMs ? null : (warning?.() ?? null);
    if (text === null) {
      controller.abort();
      return;
    }
    warnedAt = performance.now();
    print(text);
  }

  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    signal: controller.signal,
    warn(next) {
      warning = next;
    },
    handle(next) {
      handler = next;
    },
    close() {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}
