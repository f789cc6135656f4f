import {
  type Conversation,
  type Message,
  answerState,
  answerTiming,
  chatParameters,
} from '../../shared/contract/chat.ts';
import { failure, instant } from '../../shared/contract/common.ts';
import { AppError } from '../../shared/errors.ts';
import { z } from '../../shared/zod.ts';
import { parseJson } from '../lib/parse-json.ts';
import type { Row, Statement, Store } from '../store/store.ts';
import { type Answer, noTiming, turnOf } from './answer.ts';
import type { Exchange } from './exchange.ts';

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
  position: z.number().catch(0),
  role: z.enum(['user', 'assistant']).catch('assistant'),
  text: z.string().catch(''),
  reasoning: z.string().catch(''),
  created_at: instant.catch(epoch),
  turn: json(storedTurn).catch(lostTurn),
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
    async message(id) {
      const [row] = await store.all('SELECT * FROM messages WHERE id = ?', [id]);
      if (row === undefined) throw new AppError('NOT_FOUND', 'This answer is no longer there.');
      return toMessage(row);
    },
    begin({ conversation, isNew, question, answer, parentId }) {
      return store.run(
        saveConversation(conversation, isNew),
        insertMessage(question, parentId),
        insertMessage(answer, question.id),
      );
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
  { id, title, createdAt, updatedAt, nimName, parameters }: Conversation,
  isNew: boolean,
): Statement {
  return isNew
    ? {
        sql: `INSERT INTO conversations (id, title, created_at, updated_at, nim_name, parameters) VALUES (?, ?, ?, ?, ?, ?)`,
        values: [id, title, createdAt, updatedAt, nimName, JSON.stringify(parameters)],
      }
    : {
        sql: 'UPDATE conversations SET updated_at = ?, nim_name = ?, parameters = ? WHERE id = ?',
        values: [updatedAt, nimName, JSON.stringify(parameters), id],
      };
}

function insertMessage(message: StoredMessage, parentId: string | null): Statement {
  const { id, conversationId, position, role, text, reasoning, createdAt, turn } = message;
  return {
    sql: `INSERT INTO messages (id, conversation_id, parent_id, position, role, text, reasoning, created_at, turn)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    values: [id, conversationId, parentId, position, role, text, reasoning, createdAt, turn && JSON.stringify(turn)],
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
  const { id, title, created_at, updated_at, nim_name, parameters } = conversationRow.parse(row);
  return { id, title, createdAt: created_at, updatedAt: updated_at, nimName: nim_name, parameters };
}

function toMessage(row: Row): StoredMessage {
  const { id, conversation_id, position, role, text, reasoning, created_at, turn } = messageRow.parse(row);
  return {
    id,
    conversationId: conversation_id,
    position,
    role,
    text,
    reasoning,
    createdAt: created_at,
    turn: role === 'user' ? null : { id, ...turn },
  };
}
