import { AppError } from '../../shared/errors.ts';
import { z } from '../../shared/zod.ts';
import { type Asker, refusalOf } from './refusal.ts';

// Two generations of NIM differ in fields and more will (nim facts 4.3): whatever is not used here is not looked at,
// and a field of an unexpected kind is as good as missing.
const words = z.string().nullish().catch(null);
const count = z.number().int().nonnegative().nullish().catch(null);
/** Text, or parts of it as some servers send. */
const content = z
  .union([z.string(), z.array(z.looseObject({ text: words }).nullable().catch(null))])
  .nullish()
  .catch(null);
const call = z
  .looseObject({
    index: count,
    id: words,
    function: z
      // As text in pieces; an object where a server has already read it.
      .looseObject({
        name: words,
        arguments: z
          .union([z.string(), z.record(z.string(), z.json())])
          .nullish()
          .catch(null),
      })
      .nullish()
      .catch(null),
  })
  .nullable()
  .catch(null);
const part = z
  .looseObject({
    content,
    reasoning_content: words,
    reasoning: words,
    refusal: words,
    tool_calls: z.array(call).nullish().catch(null),
  })
  .nullish()
  .catch(null);
const chunk = z.looseObject({
  model: words,
  /** `delta` in a stream; `message` where a server answers as a whole; `text` where it has only completions. */
  choices: z
    .array(z.looseObject({ delta: part, message: part, text: words, finish_reason: words }).nullable().catch(null))
    .nullish()
    .catch(null),
  usage: z
    .looseObject({
      prompt_tokens: count,
      completion_tokens: count,
      completion_tokens_details: z.looseObject({ reasoning_tokens: count }).nullish().catch(null),
    })
    .nullish()
    .catch(null),
  object: words,
  error: z.unknown().optional(),
});

/** A piece of a call that the model wants made: the first one names it, the others carry on with its arguments. */
export interface ToolCallPiece {
  index: number;
  id: string | null;
  name: string | null;
  /** JSON, cut anywhere. */
  arguments: string;
}

export interface Usage {
  promptTokens: number | null;
  completionTokens: number | null;
  /** Of the completion; few servers say it. */
  reasoningTokens: number | null;
}

export interface Delta {
  text: string;
  reasoning: string;
  toolCalls: ToolCallPiece[];
  finishReason: string | null;
  usage: Usage | null;
  /** The name it answers by, which may differ from the one that was asked for (ngc facts 5.4). */
  model: string | null;
}

/** One event's data; null is the end mark. Throws what an error inside the stream says, or REPLY_UNREADABLE. */
export function parseChunk(data: string, asker: Asker = 'nim'): Delta | null {
  if (data.trim() === '[DONE]') return null;
  const parsed = chunk.safeParse(parseJson(data));
  if (!parsed.success) throw unreadable('An event of the answer is not what it must be.');
  const { choices, usage, object, error, model } = parsed.data;
  // Once a stream has begun an error can only come as an event.
  if ((error !== undefined && error !== null) || object === 'error') throw refusalOf(null, '', data, asker);

  // The usage chunk has no choices; some servers send it without being asked.
  const choice = choices?.[0];
  const said = choice?.delta ?? choice?.message;
  const text = textOf(said?.content) || (said?.refusal ?? '') || (said ? '' : (choice?.text ?? ''));
  return {
    text,
    // The older and the newer name; a server that sends both sends the same twice. One of them may be there and empty.
    reasoning: said?.reasoning_content || said?.reasoning || '',
    toolCalls: (said?.tool_calls ?? []).flatMap((each, place) => {
      if (each === null) return [];
      const given = each.function?.arguments ?? '';
      return [
        {
          index: each.index ?? place,
          id: each.id || null,
          name: each.function?.name || null,
          arguments: typeof given === 'string' ? given : JSON.stringify(given),
        },
      ];
    }),
    finishReason: choice?.finish_reason || null,
    usage:
      usage === null || usage === undefined
        ? null
        : {
            promptTokens: usage.prompt_tokens ?? null,
            completionTokens: usage.completion_tokens ?? null,
            reasoningTokens: usage.completion_tokens_details?.reasoning_tokens ?? null,
          },
    model: model ?? null,
  };
}

function textOf(said: z.infer<typeof content>): string {
  if (typeof said === 'string') return said;
  return (said ?? []).map((each) => each?.text ?? '').join('');
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
