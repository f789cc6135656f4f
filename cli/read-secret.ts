import { cancelled } from '../shared/errors.ts';
import type { Interrupt } from './interrupt.ts';
import { readInput } from './read-input.ts';

/** From a pipe: all of it. On a terminal: one line, not shown. Never from an argument: those are in the process list. */
export async function readSecret(prompt: string, interrupt: Interrupt): Promise<string> {
  const input = process.stdin;
  if (!input.isTTY) return await readInput(input, interrupt.signal);

  process.stderr.write(prompt);
  input.setRawMode(true);
  input.setEncoding('utf8');
  let typed = '';
  try {
    for await (const chunk of input) {
      for (const character of String(chunk)) {
        if (character === '\r' || character === '\n') return typed;
        // In raw mode Ctrl-C and Ctrl-D arrive as characters.
        if (character === '\u0003' || character === '\u0004') throw cancelled();
        if (character === '\u007f' || character === '\b') typed = typed.slice(0, -1);
        else if (character >= ' ') typed += character;
      }
      if (interrupt.signal.aborted) throw cancelled();
    }
    return typed;
  } finally {
    input.setRawMode(false);
    input.pause();
    process.stderr.write('\n');
  }
}
