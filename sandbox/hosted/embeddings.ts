import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { countPromptTokens } from '../nim/tokens.ts';
import { sendJson } from '../registry/replies.ts';
import type { HostedModel } from './models.ts';
import { sendBadRequest } from './replies.ts';

/** As nemotron-3-embed-1b has (ngc facts 5.6). */
const dimensions = 2048;

export function answerEmbeddings(model: HostedModel, body: Record<string, unknown>, response: ServerResponse): void {
  const { input } = body;
  const texts = typeof input === 'string' ? [input] : Array.isArray(input) ? input : [];
  if (texts.length === 0 || !texts.every((text) => typeof text === 'string')) {
    return sendBadRequest(response, 'Input should be a valid string or a list of strings', model);
  }
  const tokens = countPromptTokens(texts);
  sendJson(response, 200, {
    object: 'list',
    data: texts.map((text, index) => ({ index, object: 'embedding', embedding: vectorOf(text) })),
    model: model.id,
    usage: { num_images: 0, prompt_tokens: tokens, total_tokens: tokens },
  });
}

/** Of length 1; the same text always has the same. */
function vectorOf(text: string): number[] {
  const numbers: number[] = [];
  for (let round = 0; numbers.length < dimensions; round += 1) {
    const bytes = createHash('sha256').update(`${round} ${text}`).digest();
    numbers.push(...[...bytes].map((byte) => (byte - 127.5) / 127.5));
  }
  const kept = numbers.slice(0, dimensions);
  const length = Math.hypot(...kept);
  return kept.map((value) => Number((value / length).toFixed(6)));
}
