export type Signal = 'TERM' | 'KILL' | 'INT' | 'HUP' | 'QUIT' | 'USR1' | 'USR2';

export interface ProcessOutput {
  out: (text: string) => void;
  err: (text: string) => void;
}

export interface Exit {
  code: number;
  isOutOfMemory: boolean;
}

/** What runs in a container: the NIM stand-in or the tiny shell. */
export interface ContainerProcess {
  readonly exited: Promise<Exit>;
  signal(signal: Signal): void;
}

export const signalNumbers: Readonly<Record<Signal, number>> = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  KILL: 9,
  USR1: 10,
  USR2: 12,
  TERM: 15,
};

/** `SIGTERM`, `TERM` or `15`; null for one that is not known here. */
export function parseSignal(text: string): Signal | null {
  const name = text.toUpperCase().replace(/^SIG/, '');
  for (const signal of Object.keys(signalNumbers)) {
    if (isSignal(signal) && (signal === name || String(signalNumbers[signal]) === name)) return signal;
  }
  return null;
}

const isSignal = (text: string): text is Signal => Object.hasOwn(signalNumbers, text);
