import { z } from '../zod.ts';
import { answerState, answerTiming, chatParameters, chatTarget, responseFormat, validation } from './answers.ts';
import { failure, identifier, instant } from './common.ts';

/** A picture or a text file that goes with a question. */
export const attachment = z.object({
  kind: z.enum(['image', 'text']),
  name: z.string().max(512),
  mediaType: z.string().max(128),
  /** Of what is sent, which for a picture may be less than the file had. */
  sizeBytes: z.number().int().min(0),
  width: z.number().int().nullable().default(null),
  height: z.number().int().nullable().default(null),
  /** Base64 of a picture; a text file's text as it is. */
  data: z.string(),
});
export type Attachment = z.infer<typeof attachment>;

/** What a model asks to be called, as it came: `arguments` is JSON where the model did well, and any text where not. */
export const toolCall = z.object({ id: z.string(), name: z.string(), arguments: z.string() });
export type ToolCall = z.infer<typeof toolCall>;

export const toolResult = z.object({
  callId: z.string(),
  name: z.string().default(''),
  content: z.string(),
  isError: z.boolean().default(false),
});
export type ToolResult = z.infer<typeof toolResult>;

/**
 * What a message has besides its text: one JSON column, each part with a default, so that what an older Nimdeck wrote
 * reads, and each read by itself, so that one bad part takes none of the others with it.
 */
export const messageExtras = z.object({
  attachments: z.array(attachment).default([]).catch([]),
  /** Of an answer. */
  toolCalls: z.array(toolCall).default([]).catch([]),
  /** Of a message with the role `tool`. */
  toolResults: z.array(toolResult).default([]).catch([]),
  /** What the answer had to look like: OpenAI's `response_format`. */
  responseFormat: z.json().default(null).catch(null),
  /** How the answer stands to that; null: nothing was asked for, or it has not ended. */
  validation: validation.nullable().default(null).catch(null),
  /** What was asked besides the messages: address, model, parameters. Never a key. */
  request: z.record(z.string(), z.json()).nullable().default(null).catch(null),
  /** What was measured beyond `turn.timing`. */
  statistics: z.record(z.string(), z.json()).nullable().default(null).catch(null),
});
export type MessageExtras = z.infer<typeof messageExtras>;
export const noExtras: MessageExtras = {
  attachments: [],
  toolCalls: [],
  toolResults: [],
  responseFormat: null,
  validation: null,
  request: null,
  statistics: null,
};

export const message = z.object({
  id: identifier,
  conversationId: identifier,
  /** The message that it follows; null: a beginning. */
  parentId: identifier.nullable(),
  role: z.enum(['user', 'assistant', 'tool']),
  text: z.string(),
  reasoning: z.string(),
  createdAt: instant,
  /** Of an assistant's message: the turn that writes it and how far it is; null for another's. */
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
  extras: messageExtras,
});
export type Message = z.infer<typeof message>;

/** What the next answers of a chat may call, and what they must look like. */
export const chatChoices = z.strictObject({
  /** By name: built-in ones, and the user's own; a name that is no longer known offers nothing. */
  tools: z.array(z.string().max(64)).max(128),
  toolChoice: z.enum(['auto', 'required', 'none']),
  /** Built-in tools are run without a click. */
  isAutomatic: z.boolean(),
  format: responseFormat.nullable(),
});
export type ChatChoices = z.infer<typeof chatChoices>;

export const conversation = z.object({
  id: identifier,
  title: z.string(),
  createdAt: instant,
  updatedAt: instant,
  nimName: z.string().nullable(),
  target: chatTarget.nullable(),
  parameters: chatParameters,
  /** Null: none was ever chosen. */
  choices: chatChoices.nullable(),
  /** Null: in none. */
  folderId: identifier.nullable(),
  pinnedAt: instant.nullable(),
  /** Since when it lies in the bin. */
  deletedAt: instant.nullable(),
  /** An answer ended in it that nobody has looked at yet. */
  isUnread: z.boolean(),
  /** The last message of the path that is shown; null: none was chosen, the newest counts. */
  leafId: identifier.nullable(),
});
export type Conversation = z.infer<typeof conversation>;
