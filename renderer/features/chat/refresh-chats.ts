import type { QueryClient } from '@tanstack/react-query';
import type { ChatListState, ConversationEntry, MessageWindow } from '../../../shared/contract/chat-history.ts';
import { chatKeys, keys, streams } from '../../query.ts';

type Written = Pick<ConversationEntry, 'updatedAt' | 'leafId'>;

const versionOf = ({ updatedAt, leafId }: Written) => `${updatedAt} ${leafId}`;

/** Those that were written to, or show another path, since the earlier list, or are new in it. */
export function writtenTo(
  earlier: readonly ConversationEntry[],
  now: readonly ConversationEntry[],
): ConversationEntry[] {
  const versions = new Map(earlier.map((entry) => [entry.id, versionOf(entry)]));
  return now.filter((entry) => versions.get(entry.id) !== versionOf(entry));
}

/**
 * Whatever changes a chat, here or in another window, changes the state that is watched: lists, hits and what is known of
 * a chat are then asked for again, and the messages of a chat that was written to, unless they are those. Returns how to stop.
 */
export function refreshChats(client: QueryClient): () => void {
  let earlier: ChatListState | null = null;
  return client.getQueryCache().subscribe((event) => {
    if (event.query.queryKey[0] !== streams.conversations.key[0]) return;
    const now = client.getQueryData<ChatListState>(streams.conversations.key);
    if (now === undefined || now === earlier) return;
    const before = earlier;
    earlier = now;
    if (before === null || before.revision === now.revision) return;
    for (const name of chatKeys) void client.invalidateQueries({ queryKey: [name] });
    for (const entry of writtenTo(before.newest, now.newest)) {
      const queryKey = keys.messages(entry.id);
      const held = client.getQueryData<MessageWindow>(queryKey);
      if (held === undefined || versionOf(held) !== versionOf(entry)) void client.invalidateQueries({ queryKey });
    }
  });
}
