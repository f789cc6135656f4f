import { z } from '../zod.ts';
import { containerId } from './common.ts';

/**
 * What is sent with a question. Null and missing alike: not sent, so that the server's own default holds. Only fields
 * that NIMs or the hosted API are known to take (nim facts 4.3 and 10.1, ngc facts 5.4) and OpenAI's `seed`.
 */
export const chatParameters = z.strictObject({
  systemPrompt: z.string().max(200_000).nullable(),
  temperature: z.number().min(0).max(2).nullable(),
  topP: z.number().min(0).max(1).nullable(),
  maxTokens: z.number().int().min(1).nullable(),
  seed: z.number().int().nullish(),
  stop: z.array(z.string().min(1).max(256)).max(16).nullish(),
  presencePenalty: z.number().min(-2).max(2).nullish(),
  frequencyPenalty: z.number().min(-2).max(2).nullish(),
  topK: z.number().int().min(1).nullish(),
  minTokens: z.number().int().min(0).nullish(),
  repetitionPenalty: z.number().gt(0).max(10).nullish(),
  /** Put into what the model understands: a template's field or words of the system message (nim facts 10.1). */
  reasoning: z.enum(['on', 'off']).nullish(),
  reasoningEffort: z.enum(['low', 'medium', 'high']).nullish(),
});
export type ChatParameters = z.infer<typeof chatParameters>;

/** Who answers. A chat never changes from one that runs here to one that is hosted without being told to. */
export const chatTarget = z.discriminatedUnion('kind', [
  /** `model`: one of those that it lists (an adapter has one of its own); missing: the first. */
  z.strictObject({ kind: z.literal('nim'), nimId: containerId, model: z.string().min(1).max(256).optional() }),
  z.strictObject({ kind: z.literal('hosted'), model: z.string().min(1).max(256) }),
  z.strictObject({
    kind: z.literal('address'),
    url: z.string().min(1).max(2_048),
    model: z.string().min(1).max(256),
    /** Under which name its key lies in the key store; null: it needs none. */
    keyName: z.string().min(1).max(128).nullable(),
  }),
]);
export type ChatTarget = z.infer<typeof chatTarget>;

/** Taken in core, where bytes arrive. TTFT: request sent to first token; ITL is derivable from the rest. Milliseconds. */
export const answerTiming = z.object({
  ttftMs: z.number().nullable(),
  totalMs: z.number().nullable(),
  /** Tokens after the first ÷ time after the first; from the NIM's own usage, null when it gave none. */
  tokensPerSecond: z.number().nullable(),
  promptTokens: z.number().int().nullable(),
  completionTokens: z.number().int().nullable(),
  /** Of the completion; few servers say it. */
  reasoningTokens: z.number().int().nullable().default(null),
  /** To the first word of the answer itself, after what was reasoned. */
  firstTextMs: z.number().nullable().default(null),
  /** Events that carried something so far: a measure while it streams, when no server says tokens. Mostly one token each. */
  pieces: z.number().int().default(0),
  /** From the first piece to the last one. */
  piecesMs: z.number().default(0),
});
export type AnswerTiming = z.infer<typeof answerTiming>;

/** A function that the model may ask for. */
export const toolDefinition = z.strictObject({
  name: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/),
  description: z.string().max(16_000).nullable(),
  /** JSON schema of its arguments. */
  parameters: z.record(z.string(), z.json()),
});
export type ToolDefinition = z.infer<typeof toolDefinition>;

export const toolChoice = z.union([z.enum(['auto', 'none', 'required']), z.strictObject({ name: z.string().max(64) })]);
export type ToolChoice = z.infer<typeof toolChoice>;

/** What an answer must look like; checked in core when it has ended. */
export const responseFormat = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('json') }),
  z.strictObject({
    kind: z.literal('schema'),
    name: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/),
    schema: z.record(z.string(), z.json()),
  }),
]);
export type ResponseFormat = z.infer<typeof responseFormat>;

/** How an answer stands to the format that was asked for. */
export const validation = z.object({
  isValid: z.boolean(),
  /** `path` is a JSON pointer into the answer; empty for the whole of it. At most 50. */
  problems: z.array(z.object({ path: z.string(), message: z.string() })),
});
export type Validation = z.infer<typeof validation>;

export const answerState = z.enum(['waiting', 'streaming', 'done', 'stopped', 'failed', 'interrupted']);
export type AnswerState = z.infer<typeof answerState>;
