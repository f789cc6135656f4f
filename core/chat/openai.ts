import type { ChatParameters, Message } from '../../shared/contract/chat.ts';
import { AppError } from '../../shared/errors.ts';
import type { Json } from '../../shared/json.ts';
import { z } from '../../shared/zod.ts';
import { refusalOf } from './refusal.ts';

// Two generations of NIM differ in fields and more will (nim facts 4.3): whatever is not used here is not looked at,
// and a field of an unexpected kind is as good as missing.
const words = z.string().nullish().catch(null);
const count = z.number().int().nonnegative().nullish().catch(null);
const part = z.looseObject({ content: words, reasoning_content: words, reasoning: words }).nullish().catch(null);
const chunk = z.looseObject({
  /** `delta` in a stream; `message` where a server answers as a whole. */
  choices: z
    .array(z.looseObject({ delta: part, message: part, finish_reason: words }))
    .nullish()
    .catch(null),
  usage: z.looseObject({ prompt_tokens: count, completion_tokens: count }).nullish().catch(null),
  object: words,
  error: z.unknown().optional(),
});

export interface Delta {
  text: string;
  reasoning: string;
  finishReason: string | null;
  usage: { promptTokens: number | null; completionTokens: number | null } | null;
}

/** One event's data; null is the end mark. Throws what an error inside the stream says, or REPLY_UNREADABLE. */
export function parseChunk(data: string): Delta | null {
  if (data.trim() === '[DONE]') return null;
  const parsed = chunk.safeParse(parseJson(data));
  if (!parsed.success) throw unreadable('An event of the answer is not what it must be.');
  const { choices, usage, object, error } = parsed.data;
  // Once a stream has begun an error can only come as an event.
  if ((error !== undefined && error !== null) || object === 'error') throw refusalOf(null, '', data);

  // The usage chunk has no choices; some servers send it without being asked.
  const choice = choices?.[0];
  const said = choice?.delta ?? choice?.message;
  return {
    text: said?.content ?? '',
    // The older and the newer name; a server that sends both sends the same twice.
    reasoning: said?.reasoning_content ?? said?.reasoning ?? '',
    finishReason: choice?.finish_reason ?? null,
    usage:
      usage === null || usage === undefined
        ? null
        : { promptTokens: usage.prompt_tokens ?? null, completionTokens: usage.completion_tokens ?? null },
  };
}

function parseJson(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    throw unreadable('An event of the answer is not JSON.');
  }
}

function unreadable(message: string): AppError {
  return new AppError('REPLY_UNREADABLE', message);
}

/**
 * What a turn asks. A question whose answer never came is left out, because many chat templates refuse two questions in
 * a row; of an answer that broke off, what had arrived is kept. Reasoning is not sent back.
 */
export function requestBody(
  model: string,
  history: readonly Pick<Message, 'role' | 'text'>[],
  question: string,
  { systemPrompt, temperature, topP, maxTokens }: ChatParameters,
): Json {
  const messages: { role: string; content: string }[] = [];
  if (systemPrompt !== null && systemPrompt !== '') messages.push({ role: 'system', content: systemPrompt });
  for (const [index, { role, text }] of history.entries()) {
    const next = history[index + 1];
    if (role === 'user' && next?.role === 'assistant' && next.text !== '') {
      messages.push({ role: 'user', content: text }, { role: 'assistant', content: next.text });
    }
  }
  messages.push({ role: 'user', content: question });
  return {
    model,
    messages,
    stream: true,
    stream_options: { include_usage: true },
    ...(temperature === null ? {} : { temperature }),
    ...(topP === null ? {} : { top_p: topP }),
    ...(maxTokens === null ? {} : { max_tokens: maxTokens }),
  };
}
