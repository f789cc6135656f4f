import { z } from '../../shared/zod.ts';
import { askNim } from '../lib/ask-nim.ts';
import { parseJson } from '../lib/parse-json.ts';

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
