import type { MessageWindow, ShownMessage } from '../../shared/contract/chat-history.ts';
import type { Conversation } from '../../shared/contract/conversations.ts';
import { AppError } from '../../shared/errors.ts';
import type { Row, Statement, Store } from '../store/store.ts';
import { type Answer, isFinal, turnOf } from './answer.ts';
import type { Exchange } from './exchange.ts';
import { type HeldChats, largestHeldBytes, type WholeChat } from './held-chats.ts';
import { insertConversation, insertMessage, type StoredMessage, toConversation, toMessage } from './rows.ts';
import { type Tree, type TreeNode, treeOf } from './tree.ts';

export type { StoredMessage } from './rows.ts';

/** A frame down the wire holds 64 MiB, and so does a chat: what cannot be shown whole is not begun. */
export const largestConversation = 64 * 1024 * 1024;
/** Of text; a window is drawn at once, and this is 40 times what fits a screen. */
const largestWindow = 2 * 1024 * 1024;

export interface Conversations {
  /** Throws NOT_FOUND, also for one in the bin. */
  get(id: string): Promise<Conversation>;
  /** Also one in the bin; throws NOT_FOUND. */
  find(id: string): Promise<Conversation>;
  /** Everything in it, from memory where it was asked in just before. Throws NOT_FOUND, also for one in the bin. */
  whole(conversationId: string): Promise<WholeChat>;
  /** A window of the path that is shown, without what is attached. */
  window(conversationId: string, from: number | null, count: number): Promise<MessageWindow>;
  /** Shows the path through this message. Throws NOT_FOUND. */
  choose(messageId: string): Promise<{ conversationId: string; index: number }>;
  message(id: string): Promise<StoredMessage>;
  /** Whole messages a few at a time: of the path that is shown, or all in the order of writing. Also of one in the bin. */
  read(conversationId: string, which: 'path' | 'all'): AsyncGenerator<StoredMessage[], void, undefined>;
  /**
   * A question and the place for its answer, and with the first ones the conversation, in one transaction; they become the
   * end of the path that is shown, which is returned. Throws CHAT_TOO_LARGE.
   */
  begin(exchange: Exchange): Promise<MessageWindow>;
  /** An answer is gone on with: the conversation was written to. Returns the end of the path that is shown. */
  touch(conversationId: string, at: string): Promise<MessageWindow>;
  saveAnswer(messageId: string, answer: Answer): Promise<void>;
  /** Sets what the columns are called; throws NOT_FOUND. */
  change(id: string, changes: ConversationChanges): Promise<void>;
  /** Answers that were being written when core died. */
  interruptUnfinished(): Promise<void>;
}

export interface ConversationChanges {
  title?: string;
  /** JSON. */
  choices?: string;
  folder_id?: string | null;
  pinned_at?: string | null;
  deleted_at?: string | null;
  is_unread?: 0 | 1;
}

interface SizedNode extends TreeNode {
  bytes: number;
}

const bytesOf = 'octet_length(text) + octet_length(reasoning)';

/** From the beginning to that message; null: to the end of the path that is shown. */
export function pathIn({ conversation, messages }: WholeChat, leafId: string | null): StoredMessage[] {
  return treeOf(messages).pathTo(leafId ?? conversation.leafId);
}

const endCount = 2;

/** The end as a window has it; null where something is attached, which is the store's to leave out. */
function endIn({ conversation: { leafId, updatedAt }, messages }: WholeChat): MessageWindow | null {
  const nodes = treeOf(messages);
  const path = nodes.pathTo(leafId);
  const last = path.slice(-endCount);
  if (last.some(({ extras }) => extras.attachments.length > 0)) return null;
  const sizes = last.map(({ text, reasoning }) => ({ bytes: Buffer.byteLength(text) + Buffer.byteLength(reasoning) }));
  const [begin] = windowOf(sizes, null, endCount);
  const shown = last.slice(begin);
  return {
    total: path.length,
    from: path.length - shown.length,
    messages: shown.map((message) => asShown(message, nodes.versionsOf(message))),
    updatedAt,
    leafId,
  };
}

function asShown({ position: _position, ...message }: StoredMessage, versions: readonly TreeNode[]): ShownMessage {
  return { ...message, versions: versions.map(({ id }) => id) };
}

/** @param held told of everything that is written here */
export function createConversations(store: Store, held: HeldChats): Conversations {
  async function find(id: string): Promise<Conversation> {
    const [row] = await store.all('SELECT * FROM conversations WHERE id = ?', [id]);
    if (row === undefined) throw new AppError('NOT_FOUND', 'This conversation is no longer there.');
    return toConversation(row);
  }

  async function get(id: string): Promise<Conversation> {
    const found = await find(id);
    if (found.deletedAt !== null) throw new AppError('NOT_FOUND', 'This conversation lies in the bin.');
    return found;
  }

  async function tree(conversationId: string): Promise<Tree<SizedNode>> {
    const rows = await store.all(
      `SELECT id, parent_id, position, ${bytesOf} AS bytes FROM messages WHERE conversation_id = ?`,
      [conversationId],
    );
    return treeOf(rows.map(toNode));
  }

  async function ensureRoom({ conversation: { id }, isNew }: Exchange, added: readonly StoredMessage[]): Promise<void> {
    const bytes = added.reduce(
      (sum, { text, extras }) => sum + Buffer.byteLength(text) + JSON.stringify(extras).length,
      isNew ? 0 : held.get(id) === undefined ? await bytesIn(id) : largestHeldBytes,
    );
    if (bytes > largestConversation) throw tooLarge();
  }

  async function bytesIn(conversationId: string): Promise<number> {
    const [row] = await store.all(
      `SELECT sum(${bytesOf} + octet_length(extras)) AS bytes FROM messages WHERE conversation_id = ?`,
      [conversationId],
    );
    return Number(row?.['bytes'] ?? 0);
  }

  async function window(conversationId: string, from: number | null, count: number): Promise<MessageWindow> {
    const [{ leafId, updatedAt }, nodes] = await Promise.all([find(conversationId), tree(conversationId)]);
    const path = nodes.pathTo(leafId);
    const [begin, end] = windowOf(path, from, count);
    const shown = path.slice(begin, end);
    const rows = await store.all(
      `SELECT id, conversation_id, parent_id, position, role, created_at, turn, without_data(extras) AS extras, text,
              reasoning
       FROM messages WHERE id IN (SELECT value FROM json_each(?))`,
      [JSON.stringify(shown.map(({ id }) => id))],
    );
    const messages = new Map(rows.map((row) => [row['id'], toMessage(row)]));
    return {
      total: path.length,
      from: begin,
      messages: shown.flatMap((node) => {
        const message = messages.get(node.id);
        return message === undefined ? [] : [asShown(message, nodes.versionsOf(node))];
      }),
      updatedAt,
      leafId,
    };
  }

  /** An answer, and what it answers. Whoever asked waits for it, so it comes from memory where it can. */
  async function endOf(conversationId: string): Promise<MessageWindow> {
    const whole = held.get(conversationId);
    return (whole === undefined ? null : endIn(whole)) ?? (await window(conversationId, null, endCount));
  }

  return {
    get,
    find,
    window,

    async whole(conversationId) {
      const known = held.get(conversationId);
      if (known !== undefined) return known;
      const [conversation, rows] = await Promise.all([
        get(conversationId),
        store.all('SELECT * FROM messages WHERE conversation_id = ?', [conversationId]),
      ]);
      const whole = { conversation, messages: rows.map(toMessage) };
      held.put(whole);
      return whole;
    },

    async choose(messageId) {
      const [row] = await store.all('SELECT conversation_id FROM messages WHERE id = ?', [messageId]);
      const conversationId = row?.['conversation_id'];
      if (typeof conversationId !== 'string') throw new AppError('NOT_FOUND', 'This message is no longer there.');
      const { leafId } = await find(conversationId);
      const nodes = await tree(conversationId);
      const isChosen = ({ id }: TreeNode) => id === messageId;
      const shown = nodes.pathTo(leafId).findIndex(isChosen);
      if (shown !== -1) return { conversationId, index: shown };
      const node = nodes.get(messageId);
      if (node === undefined) throw new AppError('NOT_FOUND', 'This message is no longer there.');
      const leaf = nodes.leafUnder(node);
      await store.run({ sql: 'UPDATE conversations SET leaf_id = ? WHERE id = ?', values: [leaf.id, conversationId] });
      held.drop(conversationId);
      return { conversationId, index: nodes.pathTo(leaf.id).findIndex(isChosen) };
    },

    async message(id) {
      const [row] = await store.all('SELECT * FROM messages WHERE id = ?', [id]);
      if (row === undefined) throw new AppError('NOT_FOUND', 'This message is no longer there.');
      return toMessage(row);
    },

    async *read(conversationId, which) {
      const { leafId } = await find(conversationId);
      const nodes = await tree(conversationId);
      const wanted = which === 'path' ? nodes.pathTo(leafId) : nodes.written;
      for (let from = 0; from < wanted.length;) {
        const [, end] = windowOf(wanted, from, 50);
        const ids = wanted.slice(from, end).map(({ id }) => id);
        const rows = await store.all('SELECT * FROM messages WHERE id IN (SELECT value FROM json_each(?))', [
          JSON.stringify(ids),
        ]);
        const messages = new Map(rows.map((row) => [row['id'], toMessage(row)]));
        yield ids.flatMap((id) => messages.get(id) ?? []);
        from = end;
      }
    },

    async begin(exchange) {
      const { conversation, isNew, question, answer } = exchange;
      const added = question === null ? [answer] : [question, answer];
      await ensureRoom(exchange, added);
      await store.run(
        isNew ? insertConversation(conversation) : updateConversation(conversation),
        ...added.map(insertMessage),
      );
      if (isNew) held.put({ conversation, messages: added });
      else held.extend(conversation, added);
      return await endOf(conversation.id);
    },

    async touch(conversationId, at) {
      await store.run({ sql: 'UPDATE conversations SET updated_at = ? WHERE id = ?', values: [at, conversationId] });
      held.drop(conversationId);
      return await endOf(conversationId);
    },

    async saveAnswer(messageId, answer) {
      const { text, reasoning, extras } = answer;
      const turn = turnOf(messageId, answer);
      const save: Statement = {
        sql: 'UPDATE messages SET text = ?, reasoning = ?, turn = ?, extras = ? WHERE id = ?',
        values: [text, reasoning, JSON.stringify(turn), JSON.stringify(extras), messageId],
      };
      const unread: Statement = {
        sql: 'UPDATE conversations SET is_unread = 1 WHERE id = (SELECT conversation_id FROM messages WHERE id = ?)',
        values: [messageId],
      };
      await store.run(save, ...(isFinal(answer.state) ? [unread] : []));
      held.replace(messageId, { text, reasoning, turn, extras });
    },

    async change(id, changes) {
      await find(id);
      // The columns are the ones of the type above, never what a page sent.
      const columns = Object.entries(changes);
      await store.run({
        sql: `UPDATE conversations SET ${columns.map(([column]) => `${column} = ?`).join(', ')} WHERE id = ?`,
        values: [...columns.map(([, value]) => value), id],
      });
      if (held.get(id) !== undefined) held.revise(await find(id));
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

export function tooLarge(): AppError {
  return new AppError('CHAT_TOO_LARGE', `A chat holds at most ${largestConversation / 1024 / 1024} MiB.`);
}

function updateConversation({ id, updatedAt, nimName, target, parameters, leafId }: Conversation): Statement {
  return {
    sql: 'UPDATE conversations SET updated_at = ?, nim_name = ?, target = ?, parameters = ?, leaf_id = ? WHERE id = ?',
    values: [updatedAt, nimName, target && JSON.stringify(target), JSON.stringify(parameters), leafId, id],
  };
}

function toNode(row: Row): SizedNode {
  const parentId = row['parent_id'];
  return {
    id: String(row['id']),
    parentId: typeof parentId === 'string' ? parentId : null,
    position: Number(row['position']),
    bytes: Number(row['bytes']),
  };
}

/** Begin and end of a window: at most `count`, at most `largestWindow`, at least one; without `from` the last ones. */
export function windowOf(path: readonly { bytes: number }[], from: number | null, count: number): [number, number] {
  const isFromEnd = from === null;
  let begin = Math.min(from ?? path.length, path.length);
  let end = begin;
  let bytes = 0;
  while (end - begin < count) {
    const next = path[isFromEnd ? begin - 1 : end];
    if (next === undefined) break;
    bytes += next.bytes;
    if (bytes > largestWindow && end > begin) break;
    if (isFromEnd) begin -= 1;
    else end += 1;
  }
  return [begin, end];
}
