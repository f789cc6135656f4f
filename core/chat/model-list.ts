import { AppError } from '../../shared/errors.ts';
import { z } from '../../shared/zod.ts';
import { parseJson } from '../lib/parse-json.ts';
import type { Server } from './ask.ts';
import type { Connections } from './connections.ts';
import { refusalOf } from './refusal.ts';

// Rerankers say the id and nothing else (nim facts 4.1); the hosted API repeats rows (ngc facts 5.2).
const list = z.object({
  data: z.array(
    z
      .looseObject({ id: z.string().min(1), max_model_len: z.number().int().nullish().catch(null) })
      .nullable()
      .catch(null),
  ),
});

export interface ListedModel {
  id: string;
  contextTokens: number | null;
}

/** Of a list, so long that the largest one seen fits a hundred times. */
const longestList = 16 * 1024 * 1024;
const withinMs = 15_000;

/** What a server says that it serves, each once. */
export async function askForModels(
  { asker, url, headers }: Omit<Server, 'statusUrl'>,
  connections: Connections,
  signal: AbortSignal,
): Promise<ListedModel[]> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(withinMs)]);
  const { statusCode, headers: said, body } = await reach();
  let text = '';
  try {
    const decoder = new TextDecoder();
    for await (const chunk of body) {
      text += decoder.decode(chunk, { stream: true });
      if (text.length > longestList) throw new AppError('REPLY_UNREADABLE', 'The list of models is larger than 16 MB.');
    }
  } catch (error) {
    if (error instanceof AppError || signal.aborted) throw error;
    throw new AppError('SERVER_UNAVAILABLE', `${url.host} did not send its list of models.`, {}, { cause: error });
  }
  if (statusCode !== 200) throw refusalOf(statusCode, String(said['content-type'] ?? ''), text, asker);
  const read = list.safeParse(parseJson(text));
  if (!read.success) throw new AppError('REPLY_UNREADABLE', `What ${url.host} sent is no list of models.`);
  const models = new Map<string, ListedModel>();
  for (const row of read.data.data) {
    if (row !== null && !models.has(row.id))
      models.set(row.id, { id: row.id, contextTokens: row.max_model_len ?? null });
  }
  return [...models.values()];

  async function reach() {
    try {
      const reply = await connections.get(url, { signal: limited, headers });
      reply.body.on('error', () => {});
      return reply;
    } catch (error) {
      if (signal.aborted) throw error;
      throw new AppError('SERVER_UNAVAILABLE', `Nothing answers at ${url.host}.`, {}, { cause: error });
    }
  }
}
