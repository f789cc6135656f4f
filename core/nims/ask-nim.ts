import { get, type IncomingMessage } from 'node:http';
import { cancelled } from '../../shared/errors.ts';
import { z } from '../../shared/zod.ts';
import { parseJson } from '../lib/parse-json.ts';

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

const modelList = z.object({ data: z.array(z.object({ id: z.string() })) });
const versionAnswer = z.object({ release: z.string().optional(), version: z.string().optional() });

/** The ids that requests must name (nim-runtime facts 4.2: not always the catalogue's); empty when it does not say. */
export async function readModels(
  address: string,
  options: { signal: AbortSignal; timeoutMs: number },
): Promise<string[]> {
  const answer = await askNim(address, '/v1/models', options);
  const list = answer?.status === 200 ? modelList.safeParse(parseJson(answer.body)) : null;
  return list?.success === true ? list.data.data.map(({ id }) => id) : [];
}

export async function readVersion(
  address: string,
  options: { signal: AbortSignal; timeoutMs: number },
): Promise<string | null> {
  for (const path of ['/v1/version', '/v1/metadata']) {
    const answer = await askNim(address, path, options);
    const said = answer?.status === 200 ? versionAnswer.safeParse(parseJson(answer.body)) : null;
    const version = said?.success === true ? (said.data.release ?? said.data.version) : undefined;
    if (version !== undefined) return version;
  }
  return null;
}
