import type { Conversation } from '../../shared/contract/conversations.ts';
import type { StoredMessage } from './rows.ts';

/** A chat with all that was ever said in it, as it lies in the store. */
export interface WholeChat {
  conversation: Conversation;
  messages: readonly StoredMessage[];
}

/**
 * Chats that were asked in last. A question needs all that was said before it, and each way to the store and back is time
 * without an answer; whoever writes to a chat says it here once the store has it.
 */
export interface HeldChats {
  get(conversationId: string): WholeChat | undefined;
  put(chat: WholeChat): void;
  /** More was written to it; nothing where it is not held. */
  extend(conversation: Conversation, added: readonly StoredMessage[]): void;
  /** Its own row was written to; what lies in the bin is let go. */
  revise(conversation: Conversation): void;
  /** A message was written anew; nothing where its chat is not held. */
  replace(messageId: string, changes: Partial<StoredMessage>): void;
  /** Something else was changed; without an id in any of them. */
  drop(conversationId?: string): void;
}

/** Whoever goes to and fro does it between few. */
const mostChats = 3;
/** UTF-16 units; a longer one is read anew each time, beside which reading it is little. */
const mostCharacters = 4 * 1024 * 1024;
/** No chat that is held takes more in UTF-8. */
export const largestHeldBytes = 3 * mostCharacters;

export function createHeldChats(): HeldChats {
  /** The one that was used last stands last. */
  const chats = new Map<string, WholeChat>();

  function put(chat: WholeChat): void {
    chats.delete(chat.conversation.id);
    if (sizeOf(chat) > mostCharacters) return;
    chats.set(chat.conversation.id, chat);
    const [oldest] = chats.keys();
    if (chats.size > mostChats && oldest !== undefined) chats.delete(oldest);
  }

  return {
    put,
    get(conversationId) {
      const chat = chats.get(conversationId);
      if (chat !== undefined) put(chat);
      return chat;
    },
    extend(conversation, added) {
      const chat = chats.get(conversation.id);
      if (chat !== undefined) put({ conversation, messages: [...chat.messages, ...added] });
    },
    revise(conversation) {
      const chat = chats.get(conversation.id);
      if (conversation.deletedAt !== null) chats.delete(conversation.id);
      else if (chat !== undefined) chats.set(conversation.id, { ...chat, conversation });
    },
    replace(messageId, changes) {
      for (const chat of chats.values()) {
        if (!chat.messages.some(({ id }) => id === messageId)) continue;
        put({
          ...chat,
          messages: chat.messages.map((each) => (each.id === messageId ? { ...each, ...changes } : each)),
        });
        return;
      }
    },
    drop(conversationId) {
      if (conversationId === undefined) chats.clear();
      else chats.delete(conversationId);
    },
  };
}

/** Messages are never changed, only replaced. */
const sizes = new WeakMap<StoredMessage, number>();

function sizeOf({ messages }: WholeChat): number {
  return messages.reduce((sum, message) => {
    const size =
      sizes.get(message) ?? message.text.length + message.reasoning.length + JSON.stringify(message.extras).length;
    sizes.set(message, size);
    return sum + size;
  }, 0);
}
