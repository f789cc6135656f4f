import { request, stream } from '../rpc/contract.ts';
import { z } from '../zod.ts';
import {
  answerState,
  answerTiming,
  chatParameters,
  chatTarget,
  responseFormat,
  toolChoice,
  toolDefinition,
  validation,
} from './answers.ts';
import { failure, identifier, nothing } from './common.ts';
import { historyOperations, messageWindow } from './chat-history.ts';
import { attachment, toolCall, toolResult } from './conversations.ts';
import { targetOperations } from './targets.ts';
import { vectorOperations } from './vectors.ts';

export type { AnswerState, AnswerTiming, ChatParameters, ChatTarget } from './answers.ts';
export type { ResponseFormat, ToolChoice, ToolDefinition, Validation } from './answers.ts';
export type { Conversation, Message } from './conversations.ts';

/** Text from an offset on (UTF-16 code units), so that nothing is lost however slow the reader; states are the newest. */
export const turnDelta = z.object({
  textFrom: z.number().int(),
  text: z.string(),
  reasoningFrom: z.number().int(),
  reasoning: z.string(),
  /** All of them as far as they have come. */
  toolCalls: z.array(toolCall),
  state: answerState,
  model: z.string().nullable(),
  finishReason: z.string().nullable(),
  timing: answerTiming,
  failure: failure.nullable(),
  /** Once it has ended, of an answer that had to have a format. */
  validation: validation.nullable(),
});
export type TurnDelta = z.infer<typeof turnDelta>;

/** Who is asked and how. What is missing in `tools`, `toolChoice` and `responseFormat` is not sent. */
const asking = {
  target: chatTarget,
  parameters: chatParameters,
  tools: z.array(toolDefinition).max(128).optional(),
  toolChoice: toolChoice.optional(),
  responseFormat: responseFormat.nullable().optional(),
};
const begun = z.object({
  conversationId: identifier,
  turnId: identifier,
  messageId: identifier,
  /** The end of the path as it is now: what is answered, and the answer that has begun. */
  end: messageWindow,
});
export type Begun = z.infer<typeof begun>;
const byMessage = z.strictObject({ messageId: identifier });

const exchange = z.object({
  request: z.object({
    method: z.string(),
    url: z.string(),
    headers: z.record(z.string(), z.string()),
    /** JSON. */
    body: z.string(),
  }),
  /** Null: nothing came, or it is kept no longer: what came is in memory only, of the newest answers. */
  response: z
    .object({
      status: z.number().int(),
      headers: z.record(z.string(), z.string()),
      body: z.string(),
      /** Its middle was left out. */
      isCut: z.boolean(),
    })
    .nullable(),
  /** True: made anew from what was kept, because what was sent is no longer in memory. */
  isRebuilt: z.boolean(),
});
export type RawExchange = z.infer<typeof exchange>;

export const chat = {
  ...historyOperations,
  /** `conversationId` null starts a new conversation. The turn goes on when the page goes away. */
  send: request(
    z.strictObject({
      conversationId: identifier.nullable(),
      /** The message that the question follows; missing: the end of the path that is shown; null: none, a new beginning. */
      parentId: identifier.nullable().optional(),
      /** May be empty where something is attached. */
      text: z.string().max(1_000_000),
      attachments: z.array(attachment).max(32).optional(),
      ...asking,
    }),
    begun,
  ),
  /** Another answer to the same words: a version beside those that are there. `parentId`: of the user's or the tool's message. */
  answerAgain: request(z.strictObject({ conversationId: identifier, parentId: identifier, ...asking }), begun),
  /** What the tools said that an answer wanted called; the answer to that follows. */
  toolResult: request(
    z.strictObject({ messageId: identifier, results: z.array(toolResult).min(1).max(128), ...asking }),
    begun,
  ),
  /**
   * Goes on with an answer that broke off, was stopped or reached its length, at its end and in the same message; asks
   * whom it asked before unless told otherwise. CONFLICT where it is whole.
   */
  continue: request(byMessage.extend({ target: chatTarget.optional() }), begun),
  follow: stream(
    z.strictObject({ turnId: identifier, textFrom: z.number().int().min(0), reasoningFrom: z.number().int().min(0) }),
    turnDelta,
  ),
  stop: request(z.strictObject({ turnId: identifier }), nothing),
  /** What was sent for an answer and what came, without any key. */
  raw: request(byMessage, exchange),
  /** The same question as a line for a terminal, with the key as a variable; pictures are in it whole. */
  curl: request(byMessage, z.object({ text: z.string() })),
  ...targetOperations,
  ...vectorOperations,
};
