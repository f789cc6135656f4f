import type { IncomingMessage } from 'node:http';
import { cancelled } from '../../shared/errors.ts';
import { get } from './node-http.ts';

/** Answers of these addresses are a few hundred bytes; whoever sends more is no NIM. */
const largestBody = 1_048_576;

/**
 * Null when nobody answers, whatever the reason: while a NIM starts that is the normal case. Asked every few seconds of
 * each NIM for as long as it runs, so without what costs a third of it: a signal that is handed to Node, and a body that is
 * iterated.
 */
export async function askNim(
  address: string,
  path: string,
  { signal, timeoutMs }: { signal: AbortSignal; timeoutMs: number },
): Promise<{ status: number; body: string } | null> {
  if (signal.aborted) throw cancelled();
  let leave = () => {};
  const timer = setTimeout(() => leave(), timeoutMs);
  const onAbort = () => leave();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    // No agent: a connection that is kept would be cut by every restart of the container.
    const request = get(new URL(path, address), { agent: false });
    leave = () => void request.destroy();
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      // Stays for as long as the request lives: an error that nobody hears would end the process.
      request.on('error', reject).once('response', resolve);
    });
    return { status: response.statusCode ?? 0, body: await readText(response) };
  } catch {
    // Refused, reset, cut off or late: for the question “does it answer” they are one.
    if (signal.aborted) throw cancelled();
    return null;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

function readText(response: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  return new Promise((resolve, reject) => {
    response
      .on('data', (chunk: Uint8Array) => {
        size += chunk.length;
        if (size > largestBody) response.destroy(new Error('The answer is too large.'));
        else chunks.push(chunk);
      })
      .once('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
      .on('error', reject)
      .once('close', () => reject(new Error('The answer was cut off.')));
  });
}
