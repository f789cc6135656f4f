import { randomUUID } from 'node:crypto';
import type { ChatListState, ChatSection, ConversationEntry } from '../../shared/contract/chat-history.ts';
import { AppError } from '../../shared/errors.ts';
import type { Row, SqlValue, Store } from '../store/store.ts';
import { entryColumns, toEntry } from './rows.ts';

const shownNewest = 50;

export interface ChatList {
  state(revision: number): Promise<ChatListState>;
  window(
    section: ChatSection,
    from: number,
    count: number,
  ): Promise<{ total: number; conversations: ConversationEntry[] }>;
  createFolder(name: string, now: string): Promise<string>;
  /** Throws NOT_FOUND. */
  renameFolder(id: string, name: string): Promise<void>;
  moveFolder(id: string, beforeId: string | null): Promise<void>;
  removeFolder(id: string): Promise<void>;
  /** Throws NOT_FOUND. */
  ensureFolder(id: string): Promise<void>;
}

// A folder that is gone holds nothing: what names it stands in none.
const isLoose = '(folder_id IS NULL OR folder_id NOT IN (SELECT id FROM chat_folders))';

function placeOf(section: ChatSection): { where: string; values: SqlValue[]; order: string } {
  switch (section.kind) {
    case 'bin':
      return { where: 'deleted_at IS NOT NULL', values: [], order: 'deleted_at DESC, id' };
    case 'pinned':
      return { where: 'deleted_at IS NULL AND pinned_at IS NOT NULL', values: [], order: 'pinned_at DESC, id' };
    case 'folder':
      return {
        where: 'deleted_at IS NULL AND pinned_at IS NULL AND folder_id = ?',
        values: [section.folderId],
        order: 'updated_at DESC, id',
      };
    case 'loose':
    default:
      return {
        where: `deleted_at IS NULL AND pinned_at IS NULL AND ${isLoose}`,
        values: [],
        order: 'updated_at DESC, id',
      };
  }
}

export function createChatList(store: Store): ChatList {
  async function count(section: ChatSection): Promise<number> {
    const { where, values } = placeOf(section);
    const [row] = await store.all(`SELECT count(*) AS count FROM conversations WHERE ${where}`, values);
    return Number(row?.['count'] ?? 0);
  }

  const folders = () => store.all('SELECT id, name, position FROM chat_folders ORDER BY position, created_at, id');

  async function ensureFolder(id: string): Promise<void> {
    const [row] = await store.all('SELECT 1 FROM chat_folders WHERE id = ?', [id]);
    if (row === undefined) throw new AppError('NOT_FOUND', 'This folder is no longer there.');
  }

  return {
    ensureFolder,

    async state(revision) {
      const [places, all, newest] = await Promise.all([
        store.all(
          `SELECT CASE WHEN deleted_at IS NOT NULL THEN 'bin' WHEN pinned_at IS NOT NULL THEN 'pinned'
                       WHEN ${isLoose} THEN 'loose' ELSE 'folder' END AS place,
                  folder_id, count(*) AS count
           FROM conversations GROUP BY 1, 2`,
        ),
        folders(),
        store.all(
          `SELECT ${entryColumns} FROM conversations WHERE deleted_at IS NULL ORDER BY updated_at DESC, id LIMIT ?`,
          [shownNewest],
        ),
      ]);
      const sum = (isIn: (row: Row) => boolean) =>
        places.filter(isIn).reduce((total, row) => total + Number(row['count']), 0);
      const inPlace = (place: string) => sum((row) => row['place'] === place);
      return {
        revision,
        pinned: inPlace('pinned'),
        loose: inPlace('loose'),
        bin: inPlace('bin'),
        folders: all.map(({ id, name }) => ({
          id: String(id),
          name: String(name),
          count: sum((row) => row['place'] === 'folder' && row['folder_id'] === id),
        })),
        newest: newest.map(toEntry),
      };
    },

    async window(section, from, many) {
      const { where, values, order } = placeOf(section);
      const [total, rows] = await Promise.all([
        count(section),
        store.all(`SELECT ${entryColumns} FROM conversations WHERE ${where} ORDER BY ${order} LIMIT ? OFFSET ?`, [
          ...values,
          many,
          from,
        ]),
      ]);
      return { total, conversations: rows.map(toEntry) };
    },

    async createFolder(name, now) {
      const id = randomUUID();
      await store.run({
        sql: `INSERT INTO chat_folders (id, name, position, created_at)
              VALUES (?, ?, (SELECT coalesce(max(position), 0) + 1 FROM chat_folders), ?)`,
        values: [id, name, now],
      });
      return id;
    },

    async renameFolder(id, name) {
      await ensureFolder(id);
      await store.run({ sql: 'UPDATE chat_folders SET name = ? WHERE id = ?', values: [name, id] });
    },

    async moveFolder(id, beforeId) {
      await ensureFolder(id);
      if (beforeId !== null) await ensureFolder(beforeId);
      const others = (await folders()).map((row) => String(row['id'])).filter((other) => other !== id);
      const at = beforeId === null ? others.length : others.indexOf(beforeId);
      // There are a few dozen at most; numbers in between would one day be used up.
      const order = others.toSpliced(at === -1 ? others.length : at, 0, id);
      await store.run(
        ...order.map((each, index) => ({
          sql: 'UPDATE chat_folders SET position = ? WHERE id = ?',
          values: [index + 1, each],
        })),
      );
    },

    async removeFolder(id) {
      await ensureFolder(id);
      await store.run(
        { sql: 'UPDATE conversations SET folder_id = NULL WHERE folder_id = ?', values: [id] },
        { sql: 'DELETE FROM chat_folders WHERE id = ?', values: [id] },
      );
    },
  };
}
