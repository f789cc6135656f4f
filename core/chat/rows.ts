import { answerState, answerTiming, chatParameters, chatTarget } from '../../shared/contract/answers.ts';
import { conversationEntry, type ConversationEntry } from '../../shared/contract/chat-history.ts';
import { failure, instant } from '../../shared/contract/common.ts';
import {
  chatChoices,
  type Conversation,
  type Message,
  messageExtras,
  noExtras,
} from '../../shared/contract/conversations.ts';
import { z } from '../../shared/zod.ts';
import { parseJson } from '../lib/parse-json.ts';
import type { Row, Statement } from '../store/store.ts';
import { noTiming } from './answer.ts';

export const noParameters = { systemPrompt: null, temperature: null, topP: null, maxTokens: null };
const epoch = new Date(0).toISOString();

// A value that cannot be read is replaced by what says the least, one by one: one bad record never hides a chat.
const json = <T extends z.ZodType>(inner: T) =>
  z.preprocess((text) => (typeof text === 'string' ? parseJson(text) : undefined), inner);

const conversationRow = z.object({
  id: z.string(),
  title: z.string().catch('Untitled'),
  created_at: instant.catch(epoch),
  updated_at: instant.catch(epoch),
  nim_name: z.string().nullable().catch(null),
  parameters: json(chatParameters).catch(noParameters),
  target: json(chatTarget.nullable()).catch(null),
  choices: json(chatChoices.nullable()).catch(null),
  folder_id: z.string().nullable().catch(null),
  pinned_at: instant.nullable().catch(null),
  deleted_at: instant.nullable().catch(null),
  is_unread: z.coerce.boolean().catch(false),
  leaf_id: z.string().nullable().catch(null),
});

const storedTurn = z.object({
  state: answerState.catch('interrupted'),
  model: z.string().nullable().catch(null),
  finishReason: z.string().nullable().catch(null),
  timing: answerTiming.catch(noTiming),
  failure: failure.nullable().catch(null),
});
const lostTurn = { state: 'interrupted', model: null, finishReason: null, timing: noTiming, failure: null } as const;

const messageRow = z.object({
  id: z.string(),
  conversation_id: z.string(),
  parent_id: z.string().nullable().catch(null),
  position: z.number().catch(0),
  role: z.enum(['user', 'assistant', 'tool']).catch('assistant'),
  text: z.string().catch(''),
  reasoning: z.string().catch(''),
  created_at: instant.catch(epoch),
  turn: json(storedTurn).catch(lostTurn),
  extras: json(messageExtras).catch(noExtras),
});

export interface StoredMessage extends Message {
  position: number;
}

/** The columns of a list's entry; `parameters` may hold a long system prompt. */
export const entryColumns =
  'id, title, created_at, updated_at, nim_name, folder_id, pinned_at, deleted_at, is_unread, leaf_id';

export function toConversation(row: Row): Conversation {
  const read = conversationRow.parse(row);
  return {
    id: read.id,
    title: read.title,
    createdAt: read.created_at,
    updatedAt: read.updated_at,
    nimName: read.nim_name,
    target: read.target,
    parameters: read.parameters,
    choices: read.choices,
    folderId: read.folder_id,
    pinnedAt: read.pinned_at,
    deletedAt: read.deleted_at,
    isUnread: read.is_unread,
    leafId: read.leaf_id,
  };
}

export function toEntry(row: Row): ConversationEntry {
  return conversationEntry.parse(toConversation(row));
}

export function toMessage(row: Row): StoredMessage {
  const { id, conversation_id, parent_id, position, role, text, reasoning, created_at, turn, extras } =
    messageRow.parse(row);
  return {
    id,
    conversationId: conversation_id,
    parentId: parent_id,
    position,
    role,
    text,
    reasoning,
    createdAt: created_at,
    turn: role === 'assistant' ? { id, ...turn } : null,
    extras,
  };
}

export function insertConversation(conversation: Conversation): Statement {
  const { id, title, createdAt, updatedAt, nimName, target, parameters, choices, folderId, pinnedAt, leafId } =
    conversation;
  return {
    sql: `INSERT INTO conversations
            (id, title, created_at, updated_at, nim_name, target, parameters, choices, folder_id, pinned_at, leaf_id)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    values: [
      id,
      title,
      createdAt,
      updatedAt,
      nimName,
      target && JSON.stringify(target),
      JSON.stringify(parameters),
      choices && JSON.stringify(choices),
      folderId,
      pinnedAt,
      leafId,
    ],
  };
}

export function insertMessage(message: StoredMessage): Statement {
  const { id, conversationId, parentId, position, role, text, reasoning, createdAt, turn, extras } = message;
  return {
    sql: `INSERT INTO messages (id, conversation_id, parent_id, position, role, created_at, turn, extras, text, reasoning)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    values: [
      id,
      conversationId,
      parentId,
      position,
      role,
      createdAt,
      turn && JSON.stringify(turn),
      JSON.stringify(extras),
      text,
      reasoning,
    ],
  };
}
