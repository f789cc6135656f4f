import { request, stream } from '../rpc/contract.ts';
import { z } from '../zod.ts';
import { answerState, answerTiming, chatParameters } from './answers.ts';
import { containerId, failure, identifier, nothing } from './common.ts';
import { conversation, conversationOperations } from './conversations.ts';

export { answerState, answerTiming, chatParameters } from './answers.ts';
export type { AnswerState, AnswerTiming, ChatParameters, ChatTarget } from './answers.ts';
export type { Conversation, Message } from './conversations.ts';

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

export const chat = {
  /** The newest 200, newest first. */
  watch: stream(nothing, z.array(conversation)),
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
  ...conversationOperations,
};
