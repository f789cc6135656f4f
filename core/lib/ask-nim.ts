import type { IncomingMessage } from 'node:http';
import { cancelled } from '../../shared/errors.ts';
import { get } from './node-http.ts';

/** Answers of these addresses are a few hundred bytes; whoever sends more is no NIM. */
const largestBody = 1_048_576;

/** Null when nobody answers, whatever the reason: while a NIM starts that is the normal case. */
export async function askNim(
  address: string,
  path: string,
  options: { signal: AbortSignal; timeoutMs: number },
): Promise<{ status: number; body: string } | null> {
  const { signal, timeoutMs } = options;
  try {
    // No agent: a connection that is kept would be cut by every restart of the container.
    const request = get(new URL(path, address), {
      agent: false,
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      // Stays for as long as the request lives: an error that nobody hears would end the process.
      request.on('error', reject).once('response', resolve);
    });
    return { status: response.statusCode ?? 0, body: await readText(response) };
  } catch {
    // Refused, reset, cut off or late: for the question “does it answer” they are one.
    if (signal.aborted) throw cancelled();
    return null;
  }
}

async function readText(response: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response) {
    size += chunk.length;
    if (size > largestBody) throw new Error('The answer is too large.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
