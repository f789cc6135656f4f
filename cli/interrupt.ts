import { hearEndSignals } from '../core/host/end-signals.ts';
import { createQuit } from '../core/host/quit.ts';

/** How Ctrl-C ends a command: at once, or, while something would be lost, after it was said and pressed again. */
export interface Interrupt {
  readonly signal: AbortSignal;
  /** Whether it ended because nobody reads the output any more: then there is nobody to tell either. */
  readonly isUnread: boolean;
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
  let isUnread = false;
  const close = hearEndSignals({
    onInterrupt,
    onTerminate: () => controller.abort(),
    onOutputGone() {
      isUnread = true;
      controller.abort();
    },
  });
  return {
    signal: controller.signal,
    get isUnread() {
      return isUnread;
    },
    warn(next) {
      warning = next;
    },
    handle(next) {
      handler = next;
    },
    close,
  };
}
