import { Readable } from 'node:stream';

/** A line longer than this is none of an engine's; it is dropped so that a wrong server cannot fill the memory. */
const longestLine = 1_048_576;

/** An engine's answer as something to read and to close, whichever kind of stream the client gives. */
export function toReadable(stream: NodeJS.ReadableStream): Readable {
  return stream instanceof Readable ? stream : new Readable().wrap(stream);
}

/**
 * The lines of an engine's endless answers (pulls, events, statistics: one JSON object a line), without blanks around
 * them and without empty ones. Chunks respect neither lines nor characters; the last line comes even without an end of
 * line. Leaving the loop closes the connection, which ends the engine's work.
 */
export async function* readTextLines(
  source: AsyncIterable<Uint8Array | string>,
): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of source) {
    const part = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    rest += part;
    if (!part.includes('\n')) {
      rest = rest.slice(0, longestLine);
      continue;
    }
    const lines = rest.split('\n');
    rest = (lines.pop() ?? '').slice(0, longestLine);
    for (const line of lines) {
      if (line.trim() !== '') yield line.trim();
    }
  }
  rest += decoder.decode();
  if (rest.trim() !== '') yield rest.trim();
}
