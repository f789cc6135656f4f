import { createHash } from 'node:crypto';
import type { NimConfig } from './config.ts';
import { badRequest, invalidJson, invalidValue, modelNotFound, type Refusal } from './errors.ts';
import { countPromptTokens, tokenize } from './tokens.ts';

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Models whose length of a vector can be chosen (nim facts 4.4). */
const hasDynamicDimensions = (model: string) => /llama-nemotron-embed|llama-3\.2-nv-embedqa/.test(model);
/** Models that must be told which side a text is on. */
const isAsymmetric = (model: string) => model.startsWith('nvidia/');
const types = new Set(['query', 'passage']);

/** Of length 1; texts that share words point the same way, so that what is alike can be seen to be. */
export function vectorOf(text: string, dimensions: number): number[] {
  const sums = new Float64Array(dimensions);
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [text];
  for (const word of words) {
    let at = 0;
    for (let round = 0; at < dimensions; round += 1) {
      for (const byte of createHash('sha256').update(`${round} ${word}`).digest()) {
        if (at < dimensions) sums[at] = (sums[at] ?? 0) + (byte - 127.5) / 127.5;
        at += 1;
      }
    }
  }
  const length = Math.hypot(...sums) || 1;
  return [...sums].map((value) => Number((value / length).toFixed(6)));
}

function parse(text: string, config: NimConfig): Record<string, unknown> | Refusal {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return invalidJson(text);
  }
  if (!isRecord(body)) return badRequest('Request body must be a JSON object.');
  const { model } = body;
  return typeof model !== 'string' || !config.servedNames.includes(model) ? modelNotFound(String(model), config) : body;
}

const isRefused = (value: object): value is Refusal => 'status' in value && 'type' in value && 'param' in value;

/** @returns the reply's body, or the refusal */
export function embed(text: string, config: NimConfig): object {
  const body = parse(text, config);
  if (isRefused(body)) return body;
  const { input, input_type: type, truncate = 'NONE', encoding_format: encoding = 'float' } = body;
  const texts: unknown[] = Array.isArray(input) ? input : [input];
  if (texts.length === 0 || !texts.every((each): each is string => typeof each === 'string' && each !== '')) {
    return invalidValue(
      config,
      ['body', 'input'],
      'Input should be a valid string or a list of strings',
      'string_type',
    );
  }
  if (isAsymmetric(config.model) && !types.has(String(type))) {
    return badRequest(`'input_type' parameter is required for asymmetric models`, 'input_type');
  }
  const wished = body['dimensions'] ?? config.dimensions;
  const isPossible =
    typeof wished === 'number' && Number.isInteger(wished) && wished > 0 && wished <= config.dimensions;
  if (!isPossible || (wished !== config.dimensions && !hasDynamicDimensions(config.model))) {
    return badRequest(`Model does not support dimensions=${JSON.stringify(wished)}`, 'dimensions');
  }
  const long = texts.find((each) => tokenize(each).length > config.maxModelLength);
  if (long !== undefined && truncate === 'NONE') {
    return badRequest(
      `Input length ${tokenize(long).length} exceeds maximum allowed token size ${config.maxModelLength}`,
      'input',
    );
  }
  const tokens = countPromptTokens(texts);
  return {
    object: 'list',
    data: texts.map((each, index) => {
      // A question and what answers it are near each other, and not the same.
      const vector = vectorOf(type === 'query' ? `${each} ?` : each, wished);
      return { index, embedding: encoding === 'base64' ? base64Of(vector) : vector, object: 'embedding' };
    }),
    model: config.servedNames[0],
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
}

function base64Of(vector: readonly number[]): string {
  const bytes = Buffer.alloc(vector.length * 4);
  vector.forEach((value, index) => bytes.writeFloatLE(value, index * 4));
  return bytes.toString('base64');
}

const textOf = (value: unknown) => (isRecord(value) && typeof value['text'] === 'string' ? value['text'] : null);

/** Best first, with raw logits (nim facts 4.4). */
export function rank(text: string, config: NimConfig): object {
  const body = parse(text, config);
  if (isRefused(body)) return body;
  const query = textOf(body['query']);
  const passages: unknown[] = Array.isArray(body['passages']) ? body['passages'] : [];
  if (query === null) return invalidValue(config, ['body', 'query', 'text'], 'Field required', 'missing');
  const texts = passages.map(textOf);
  if (texts.length === 0 || texts.includes(null)) {
    return invalidValue(config, ['body', 'passages'], 'List should have at least 1 item', 'too_short');
  }
  const wanted = vectorOf(query, 256);
  const rankings = texts.map((each, index) => {
    const other = vectorOf(each ?? '', 256);
    const near = wanted.reduce((sum, value, at) => sum + value * (other[at] ?? 0), 0);
    // In steps of the half precision that real ones answer in.
    return { index, logit: Math.round((near * 24 - 8) * 512) / 512 };
  });
  const tokens = countPromptTokens([query, ...texts.map((each) => each ?? '')]);
  return {
    rankings: rankings.toSorted((a, b) => b.logit - a.logit),
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
}
