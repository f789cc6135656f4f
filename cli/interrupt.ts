import { createQuit } from '../core/host/quit.ts';

/** How Ctrl-C ends a command: at once, or, while something would be lost, after it was said and pressed again. */
export interface Interrupt {
  readonly signal: AbortSignal;
  /** While this is set, a first Ctrl-C prints what it answers and waits for a second one; null: nothing to lose. */
  warn(warning: (() => string | null) | null): void;
  /** While this is set, Ctrl-C calls it and nothing else ends. */
  handle(handler: (() => void) | null): void;
  close(): void;
}

export function createInterrupt(print: (text: string) => void): Interrupt {
  const controller = new AbortController();
  let warning: (() => string | null) | null = null;
  let handler: (() => void) | null = null;

  const quit = createQuit({ losses: () => warning?.() ?? null, say: print, quit: () => controller.abort() });
  const onInterrupt = () => (handler === null ? quit() : handler());
  const onTerminate = () => controller.abort();
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onTerminate);
  return {
    signal: controller.signal,
    warn(next) {
      warning = next;
    },
    handle(next) {
      handler = next;
    },
    close() {
      process.off('SIGINT', onInterrupt);
      process.off('SIGTERM', onTerminate);
    },
  };
}
