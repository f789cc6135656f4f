/** Enough to read what would be lost and to decide. */
const secondWithinMs = 10_000;
/** npm passes on the Ctrl-C that its child got from the terminal already: two signals, one press. */
const samePressMs = 400;

export interface QuitOptions {
  /** What would be lost now; null when nothing would be. */
  losses: () => string | null;
  say: (text: string) => void;
  quit: () => void;
  now?: () => number;
}

/** Answers Ctrl-C (SIGINT): at once, or, when something would be lost, on the second one within ten seconds. */
export function createQuit({ losses, say, quit, now = () => performance.now() }: QuitOptions): () => void {
  let askedAt = Number.NEGATIVE_INFINITY;
  let isQuitting = false;
  return () => {
    const sinceAsked = now() - askedAt;
    if (isQuitting || sinceAsked < samePressMs) return;
    const lost = sinceAsked < secondWithinMs ? null : losses();
    if (lost === null) {
      isQuitting = true;
      quit();
      return;
    }
    askedAt = now();
    say(`${lost}\nPress Ctrl-C again within ${secondWithinMs / 1000} seconds to stop all the same.`);
  };
}
