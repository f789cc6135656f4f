import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { cancelled } from '../shared/errors.ts';

/** All of it; whoever writes it may take for ever. */
export async function readInput(input: Readable, signal: AbortSignal): Promise<string> {
  const leave = () => input.destroy();
  if (signal.aborted) throw cancelled();
  signal.addEventListener('abort', leave, { once: true });
  try {
    return await text(input);
  } catch (error) {
    throw signal.aborted ? cancelled() : error;
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
