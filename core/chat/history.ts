import type { ChatListState, historyOperations } from '../../shared/contract/chat-history.ts';
import type { Message } from '../../shared/contract/conversations.ts';
import type { Api } from '../../shared/contract/index.ts';
import { AppError } from '../../shared/errors.ts';
import { createValue } from '../lib/value.ts';
import { createBin } from '../store/bin.ts';
import type { Store } from '../store/store.ts';
import { isFinal } from './answer.ts';
import { createChatList } from './chat-list.ts';
import { createConversations, type Conversations } from './conversations.ts';
import { exportChat } from './export.ts';
import { createHeldChats } from './held-chats.ts';
import { createImports } from './import.ts';
import { searchChats } from './search.ts';

/** What lists show of a question can wait until its answer has begun: reading and drawing them would make that late. */
const listsAfterMs = 200;

export interface HistoryParts {
  store: Store;
  /** Milliseconds since 1970. */
  now: () => number;
  /** Of an answer under way core holds more than was saved. */
  live: <T extends Message>(message: T) => T;
  /** Ends the answer under way in a conversation, if there is one, and waits until it is kept. */
  stopIn: (conversationId: string) => Promise<void>;
}

export interface ChatHistory {
  api: Pick<Api['chat'], keyof typeof historyOperations>;
  /** Whoever begins and saves answers does it here: the lists follow by themselves. */
  conversations: Conversations;
  /** From before the first await of a removal on: a question that is being prepared must not be put into the bin. */
  isRemoved(conversationId: string): boolean;
  close(): void;
}

/** Chats as they are kept, listed, found, removed and brought back. Reads the store once before it answers. */
export async function createHistory({ store, now, live, stopIn }: HistoryParts): Promise<ChatHistory> {
  const held = createHeldChats();
  const kept = createConversations(store, held);
  const lists = createChatList(store);
  const imports = createImports(store, now);
  const removed = new Set<string>();
  const instant = () => new Date(now()).toISOString();
  let revision = 0;
  let refreshing: Promise<void> | null = null;

  await kept.interruptUnfinished();
  const bin = createBin({ store, table: 'conversations', now, onErased: () => void changed() });
  await bin.eraseOld();
  const list = createValue<ChatListState>(await lists.state(revision));

  /** Resolves when lists show what was just written; what is written meanwhile is one more reading, not many. */
  async function changed(): Promise<void> {
    await refreshing;
    refreshing ??= refresh();
    await refreshing;
  }
  /** Whoever asks does not wait for the lists; what they cannot read they read with the next change. */
  async function told<T>(written: Promise<T>): Promise<T> {
    const end = await written;
    setTimeout(() => void changed().catch(() => undefined), listsAfterMs).unref();
    return end;
  }
  async function refresh(): Promise<void> {
    try {
      revision += 1;
      list.set(await lists.state(revision));
    } finally {
      refreshing = null;
    }
  }

  const conversations: Conversations = {
    ...kept,
    begin: (exchange) => told(kept.begin(exchange)),
    touch: (conversationId, at) => told(kept.touch(conversationId, at)),
    async saveAnswer(messageId, answer) {
      await kept.saveAnswer(messageId, answer);
      if (isFinal(answer.state)) await changed();
    },
  };

  async function change(id: string, changes: Parameters<Conversations['change']>[1]): Promise<Record<string, never>> {
    await kept.change(id, changes);
    await changed();
    return {};
  }

  return {
    conversations,
    isRemoved: (id) => removed.has(id),
    close: () => bin.close(),
    api: {
      watch: (_input, { signal } = {}) => list.watch(signal),
      list: ({ section, from, count }) => lists.window(section, from, count),
      get: ({ conversationId }) => kept.find(conversationId),

      async messages({ conversationId, from, count }) {
        const window = await kept.window(conversationId, from, count);
        return { ...window, messages: window.messages.map(live) };
      },
      async attachment({ messageId, index }) {
        const { extras } = await kept.message(messageId);
        const data = extras.attachments[index]?.data;
        if (data === undefined) throw new AppError('NOT_FOUND', 'This attachment is no longer there.');
        return { data };
      },
      async choose({ messageId }) {
        const chosen = await kept.choose(messageId);
        await changed();
        return chosen;
      },

      async markRead({ conversationId }) {
        if (!(await kept.find(conversationId)).isUnread) return {};
        return await change(conversationId, { is_unread: 0 });
      },
      keepChoices: ({ conversationId, choices }) => change(conversationId, { choices: JSON.stringify(choices) }),
      rename: ({ conversationId, title }) => change(conversationId, { title }),
      pin: ({ conversationId, isPinned }) => change(conversationId, { pinned_at: isPinned ? instant() : null }),
      async moveToFolder({ conversationId, folderId }) {
        if (folderId !== null) await lists.ensureFolder(folderId);
        return await change(conversationId, { folder_id: folderId });
      },

      async createFolder({ name }) {
        const folderId = await lists.createFolder(name, instant());
        await changed();
        return { folderId };
      },
      async renameFolder({ folderId, name }) {
        await lists.renameFolder(folderId, name);
        await changed();
        return {};
      },
      async moveFolder({ folderId, beforeId }) {
        await lists.moveFolder(folderId, beforeId);
        await changed();
        return {};
      },
      async removeFolder({ folderId }) {
        await lists.removeFolder(folderId);
        held.drop();
        await changed();
        return {};
      },

      async remove({ conversationId }) {
        removed.add(conversationId);
        try {
          // First, so that what can be brought back is whole.
          await stopIn(conversationId);
          return await change(conversationId, { deleted_at: instant() });
        } catch (error) {
          removed.delete(conversationId);
          throw error;
        }
      },
      async restore({ conversationId }) {
        await change(conversationId, { deleted_at: null });
        removed.delete(conversationId);
        return {};
      },
      async erase({ conversationId }) {
        const erased = await bin.erase(conversationId);
        if (erased === 0 && conversationId !== null) {
          throw new AppError('NOT_FOUND', 'This conversation does not lie in the bin.');
        }
        await changed();
        return { erased };
      },

      search: (query) => searchChats(store, query),
      export: ({ conversationId, format }, { signal } = {}) => exportChat(kept, conversationId, format, signal),
      async import(part) {
        const reply = await imports.take(part);
        if ((reply.outcome?.imported.length ?? 0) > 0) await changed();
        return reply;
      },
    },
  };
}
