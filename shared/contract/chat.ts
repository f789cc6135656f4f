import { request, stream } from '../rpc/contract.ts';
import { z } from '../zod.ts';
import { containerId, failure, identifier, instant, nothing } from './common.ts';

export const chatParameters = z.strictObject({
  systemPrompt: z.string().max(200_000).nullable(),
  temperature: z.number().min(0).max(2).nullable(),
  topP: z.number().min(0).max(1).nullable(),
  maxTokens: z.number().int().min(1).nullable(),
});
export type ChatParameters = z.infer<typeof chatParameters>;

/** Taken in core, where bytes arrive. TTFT: request sent to first token; ITL is derivable from the rest. Milliseconds. */
export const answerTiming = z.object({
  ttftMs: z.number().nullable(),
  totalMs: z.number().nullable(),
  /** Tokens after the first ÷ time after the first; from the NIM's own usage, null when it gave none. */
  tokensPerSecond: z.number().nullable(),
  promptTokens: z.number().int().nullable(),
  completionTokens: z.number().int().nullable(),
});
export type AnswerTiming = z.infer<typeof answerTiming>;

export const answerState = z.enum(['waiting', 'streaming', 'done', 'stopped', 'failed', 'interrupted']);
export type AnswerState = z.infer<typeof answerState>;

export const message = z.object({
  id: identifier,
  conversationId: identifier,
  role: z.enum(['user', 'assistant']),
  text: z.string(),
  reasoning: z.string(),
  createdAt: instant,
  /** Of an assistant's message: the turn that writes it and how far it is; null for a user's. */
  turn: z
    .object({
      id: identifier,
      state: answerState,
      model: z.string().nullable(),
      finishReason: z.string().nullable(),
      timing: answerTiming,
      failure: failure.nullable(),
    })
    .nullable(),
});
export type Message = z.infer<typeof message>;

export const conversation = z.object({
  id: identifier,
  title: z.string(),
  createdAt: instant,
  updatedAt: instant,
  nimName: z.string().nullable(),
  parameters: chatParameters,
});
export type Conversation = z.infer<typeof conversation>;

/** Text from an offset on (UTF-16 code units), so that nothing is lost however slow the reader; states are the newest. */
export const turnDelta = z.object({
  textFrom: z.number().int(),
  text: z.string(),
  reasoningFrom: z.number().int(),
  reasoning: z.string(),
  state: answerState,
  model: z.string().nullable(),
  finishReason: z.string().nullable(),
  timing: answerTiming,
  failure: failure.nullable(),
});
export type TurnDelta = z.infer<typeof turnDelta>;

const byConversation = z.strictObject({ conversationId: identifier });

export const chat = {
  /** The newest 200, newest first. */
  watch: stream(nothing, z.array(conversation)),
  messages: request(byConversation, z.array(message)),
  /** `conversationId` null starts a new conversation. The turn goes on when the page goes away. */
  send: request(
    z.strictObject({
      conversationId: identifier.nullable(),
      nimId: containerId,
      text: z.string().min(1).max(1_000_000),
      parameters: chatParameters,
    }),
    z.object({ conversationId: identifier, turnId: identifier, messageId: identifier }),
  ),
  follow: stream(
    z.strictObject({ turnId: identifier, textFrom: z.number().int().min(0), reasoningFrom: z.number().int().min(0) }),
    turnDelta,
  ),
  stop: request(z.strictObject({ turnId: identifier }), nothing),
  rename: request(z.strictObject({ conversationId: identifier, title: z.string().trim().min(1).max(200) }), nothing),
  /** From the disk at once, with its messages; an answer under way is stopped. */
  remove: request(byConversation, nothing),
  /** Undoes a removal of the last minute, in whichever window; then NOT_FOUND. */
  restore: request(byConversation, nothing),
};
