import { z } from '../zod.ts';
import { containerId } from './common.ts';

export const chatParameters = z.strictObject({
  systemPrompt: z.string().max(200_000).nullable(),
  temperature: z.number().min(0).max(2).nullable(),
  topP: z.number().min(0).max(1).nullable(),
  maxTokens: z.number().int().min(1).nullable(),
});
export type ChatParameters = z.infer<typeof chatParameters>;

/** Who answers. A chat never changes from one that runs here to one that is hosted without being told to. */
export const chatTarget = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('nim'), nimId: containerId }),
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
});
export type AnswerTiming = z.infer<typeof answerTiming>;

export const answerState = z.enum(['waiting', 'streaming', 'done', 'stopped', 'failed', 'interrupted']);
export type AnswerState = z.infer<typeof answerState>;
