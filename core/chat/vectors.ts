import type { Api } from '../../shared/contract/index.ts';
import { AppError, isAppError } from '../../shared/errors.ts';
import type { Json } from '../../shared/json.ts';
import { z } from '../../shared/zod.ts';
import { parseJson } from '../lib/parse-json.ts';
import { askWhole } from './ask.ts';
import type { Connections } from './connections.ts';
import type { Resolved } from './targets.ts';

interface Means {
  connections: Connections;
  signal: AbortSignal;
}
type EmbedInput = Parameters<Api['chat']['embed']>[0];
type RerankInput = Parameters<Api['chat']['rerank']>[0];

const amount = z.number().int().nonnegative().nullish().catch(null);
const usage = z.looseObject({ prompt_tokens: amount, total_tokens: amount }).nullish().catch(null);
const place = z.number().int().nonnegative();

const vectors = z.looseObject({
  // Numbers, or their bytes where a server prefers that.
  data: z.array(z.looseObject({ index: place, embedding: z.union([z.array(z.number()), z.string()]) })),
  model: z.string().nullish().catch(null),
  usage,
});

/** One vector for each text (nim facts 4.4). Throws REPLY_UNREADABLE for one that is missing or of another length. */
export async function askForVectors(
  { server, model }: Resolved,
  { texts, inputType, dimensions, truncate }: EmbedInput,
  means: Means,
): Promise<Awaited<ReturnType<Api['chat']['embed']>>> {
  const body: Json = {
    model,
    input: texts,
    encoding_format: 'float',
    ...(inputType === null ? {} : { input_type: inputType }),
    ...(truncate === null ? {} : { truncate }),
    ...(dimensions === null ? {} : { dimensions }),
  };
  const { text, sentAt, at } = await askWhole({ server, body, ...means });
  const { promptTokens, model: named, ...read } = readVectors(text, texts.length);
  return { ...read, promptTokens, model: named ?? model, totalMs: at - sentAt };
}

/** @param count how many there must be */
export function readVectors(text: string, count: number) {
  const read = vectors.safeParse(parseJson(text));
  if (!read.success) throw unreadable('The reply holds no embeddings.');
  const found = new Map(read.data.data.map(({ index, embedding }) => [index, numbersOf(embedding)]));
  const ordered = Array.from({ length: count }, (_each, index) => {
    const vector = found.get(index);
    if (vector === undefined) throw unreadable(`The reply holds no embedding of text ${index + 1}.`);
    return vector;
  });
  const length = ordered[0]?.length ?? 0;
  if (length === 0 || ordered.some((vector) => vector.length !== length || !vector.every(Number.isFinite)))
    throw unreadable('The embeddings have different lengths, or are no numbers.');
  return {
    vectors: ordered,
    dimensions: length,
    promptTokens: read.data.usage?.prompt_tokens ?? null,
    model: read.data.model ?? null,
  };
}

/** 32-bit floats, least byte first, as `encoding_format: base64` gives them. */
function numbersOf(embedding: number[] | string): number[] {
  if (typeof embedding !== 'string') return embedding;
  const bytes = Buffer.from(embedding, 'base64');
  return Array.from({ length: Math.floor(bytes.length / 4) }, (_, index) => bytes.readFloatLE(index * 4));
}

const rankings = z.looseObject({
  rankings: z.array(z.looseObject({ index: place, logit: z.number() })),
  model: z.string().nullish().catch(null),
  usage,
});
/** Servers that speak Jina's or Cohere's way, as vLLM's `/rerank` does. */
const results = z.looseObject({
  results: z.array(z.looseObject({ index: place, relevance_score: z.number() })),
  model: z.string().nullish().catch(null),
  usage,
});

/** Best first, whatever the order of the reply (nim facts 4.4). */
export async function askForRanking(
  { server, model }: Resolved,
  { query, passages, truncate }: RerankInput,
  means: Means,
): Promise<Awaited<ReturnType<Api['chat']['rerank']>>> {
  const body: Json = {
    model,
    query: { text: query },
    passages: passages.map((text) => ({ text })),
    ...(truncate === null ? {} : { truncate }),
  };
  const { text, sentAt, at } = await askWhole({ server, body, ...means }).catch((error: unknown) => {
    // A model-free server has its engine's own way, outside of /v1 (nim facts 4.2).
    if (server.asker === 'hosted' || !isAppError(error, 'MODEL_NOT_SERVED')) throw error;
    const url = new URL(server.url.href.replace(/(?:\/v1)?\/ranking$/, '/rerank'));
    const plain: Json = { model, query, documents: passages };
    return askWhole({ server: { ...server, url }, body: plain, ...means });
  });
  const { promptTokens, model: named, ranking } = readRanking(text, passages.length);
  return { ranking, promptTokens, model: named ?? model, totalMs: at - sentAt };
}

/** @param count how many passages there were */
export function readRanking(text: string, count: number) {
  const reply = parseJson(text);
  const read = rankings.safeParse(reply);
  const other = read.success ? null : results.safeParse(reply);
  const ranking =
    read.data?.rankings.map(({ index, logit }) => ({ index, logit })) ??
    other?.data?.results.map(({ index, relevance_score: logit }) => ({ index, logit }));
  if (ranking === undefined) throw unreadable('The reply holds no ranking.');
  const odd = ranking.find(({ index }) => index >= count);
  if (odd !== undefined) throw unreadable(`The reply ranks passage ${odd.index + 1}, and there are ${count}.`);
  const seen = new Set(ranking.map(({ index }) => index));
  if (seen.size < ranking.length) throw unreadable('The reply ranks a passage twice.');
  return {
    ranking: ranking.toSorted((a, b) => b.logit - a.logit),
    promptTokens: read.data?.usage?.prompt_tokens ?? other?.data?.usage?.prompt_tokens ?? null,
    model: read.data?.model ?? other?.data?.model ?? null,
  };
}

const unreadable = (message: string) => new AppError('REPLY_UNREADABLE', message);
