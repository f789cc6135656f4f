import { type Conversation, type Message, messageExtras, noExtras } from '../../shared/contract/conversations.ts';
import { answerState, answerTiming, chatParameters, chatTarget } from '../../shared/contract/answers.ts';
import { failure, instant } from '../../shared/contract/common.ts';
import { AppError } from '../../shared/errors.ts';
import { z } from '../../shared/zod.ts';
import { parseJson } from '../lib/parse-json.ts';
import type { Row, Statement, Store } from '../store/store.ts';
import { type Answer, noTiming, turnOf } from './answer.ts';
import type { Exchange } from './exchange.ts';
import { treeOf } from './tree.ts';

export const shownConversations = 200;

const noParameters = { systemPrompt: null, temperature: null, topP: null, maxTokens: null };
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
  target: json(chatTarget).nullable().catch(null),
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

/** A conversation as it lay in the store, to the last field. */
export interface TakenConversation {
  conversation: Row;
  messages: readonly Row[];
}

export interface Conversations {
  newest(): Promise<Conversation[]>;
  /** Throws NOT_FOUND, also for a removed one. */
  get(id: string): Promise<Conversation>;
  messages(conversationId: string): Promise<StoredMessage[]>;
  /** From the beginning to that message, whole; null: to the conversation's current leaf. */
  path(conversationId: string, leafId: string | null): Promise<StoredMessage[]>;
  /** For the next message of the conversation, whichever it follows. */
  nextPosition(conversationId: string): Promise<number>;
  message(id: string): Promise<StoredMessage>;
  /** A question and the place for its answer, and with the first ones the conversation, in one transaction. */
  begin(exchange: Exchange): Promise<void>;
  saveAnswer(messageId: string, answer: Answer): Promise<void>;
  rename(id: string, title: string): Promise<void>;
  /** Deletes it with its messages, and gives them out; throws NOT_FOUND. */
  take(id: string): Promise<TakenConversation>;
  putBack(taken: TakenConversation): Promise<void>;
  /** Answers that were being written when core died. */
  interruptUnfinished(): Promise<void>;
}

export function createConversations(store: Store): Conversations {
  async function get(id: string): Promise<Conversation> {
    const [row] = await store.all('SELECT * FROM conversations WHERE id = ?', [id]);
    if (row === undefined) throw new AppError('NOT_FOUND', 'This conversation is no longer there.');
    return toConversation(row);
  }

  return {
    get,
    async newest() {
      const rows = await store.all('SELECT * FROM conversations ORDER BY updated_at DESC, id LIMIT ?', [
        shownConversations,
      ]);
      return rows.map(toConversation);
    },
    async messages(conversationId) {
      const rows = await store.all('SELECT * FROM messages WHERE conversation_id = ? ORDER BY position', [
        conversationId,
      ]);
      return rows.map(toMessage);
    },
    async path(conversationId, leafId) {
      const { leafId: current } = await get(conversationId);
      const rows = await store.all('SELECT * FROM messages WHERE conversation_id = ?', [conversationId]);
      return treeOf(rows.map(toMessage)).pathTo(leafId ?? current);
    },
    async nextPosition(conversationId) {
      const [row] = await store.all('SELECT max(position) AS last FROM messages WHERE conversation_id = ?', [
        conversationId,
      ]);
      return Number(row?.['last'] ?? 0) + 1;
    },
    async message(id) {
      const [row] = await store.all('SELECT * FROM messages WHERE id = ?', [id]);
      if (row === undefined) throw new AppError('NOT_FOUND', 'This answer is no longer there.');
      return toMessage(row);
    },
    begin({ conversation, isNew, question, answer }) {
      return store.run(saveConversation(conversation, isNew), insertMessage(question), insertMessage(answer));
    },
    saveAnswer(messageId, answer) {
      return store.run({
        sql: 'UPDATE messages SET text = ?, reasoning = ?, turn = ? WHERE id = ?',
        values: [answer.text, answer.reasoning, JSON.stringify(turnOf(messageId, answer)), messageId],
      });
    },
    async rename(id, title) {
      await get(id);
      await store.run({ sql: 'UPDATE conversations SET title = ? WHERE id = ?', values: [title, id] });
    },
    async take(id) {
      await get(id);
      const [conversation = {}] = await store.all('SELECT * FROM conversations WHERE id = ?', [id]);
      const messages = await store.all('SELECT * FROM messages WHERE conversation_id = ?', [id]);
      // Its messages go with it (ON DELETE CASCADE): who removes a conversation wants its text gone from the disk.
      await store.run({ sql: 'DELETE FROM conversations WHERE id = ?', values: [id] });
      return { conversation, messages };
    },
    putBack({ conversation, messages }) {
      return store.run(
        insertRow('conversations', conversation),
        ...messages.map((message) => insertRow('messages', message)),
      );
    },
    interruptUnfinished() {
      // The condition is that of the index made for it.
      return store.run({
        sql: `UPDATE messages SET turn = json_set(turn, '$.state', 'interrupted')
              WHERE json_extract(turn, '$.state') IN ('waiting', 'streaming')`,
      });
    },
  };
}

function saveConversation(
  { id, title, createdAt, updatedAt, nimName, target, parameters, leafId }: Conversation,
  isNew: boolean,
): Statement {
  const changing = [updatedAt, nimName, target && JSON.stringify(target), JSON.stringify(parameters), leafId];
  return isNew
    ? {
        sql: `INSERT INTO conversations (id, title, created_at, updated_at, nim_name, target, parameters, leaf_id)
              VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
        values: [id, title, createdAt, ...changing],
      }
    : {
        sql: 'UPDATE conversations SET updated_at = ?, nim_name = ?, target = ?, parameters = ?, leaf_id = ? WHERE id = ?',
        values: [...changing, id],
      };
}

function insertMessage(message: StoredMessage): Statement {
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

/** A row as `SELECT *` gave it: the names of its columns are the table's own. */
function insertRow(table: 'conversations' | 'messages', row: Row): Statement {
  const columns = Object.keys(row);
  return {
    sql: `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
    values: Object.values(row),
  };
}

function toConversation(row: Row): Conversation {
  const read = conversationRow.parse(row);
  return {
    id: read.id,
    title: read.title,
    createdAt: read.created_at,
    updatedAt: read.updated_at,
    nimName: read.nim_name,
    target: read.target,
    parameters: read.parameters,
    folderId: read.folder_id,
    pinnedAt: read.pinned_at,
    deletedAt: read.deleted_at,
    isUnread: read.is_unread,
    leafId: read.leaf_id,
  };
}

function toMessage(row: Row): StoredMessage {
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
