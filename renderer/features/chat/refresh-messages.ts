import type { QueryClient } from '@tanstack/react-query';
import type { Conversation } from '../../../shared/contract/chat.ts';
import { keys, streams } from '../../query.ts';

/** Those that were written to since the earlier list, or are new in it. */
export function writtenTo(earlier: readonly Conversation[], now: readonly Conversation[]): string[] {
  const times = new Map(earlier.map((conversation) => [conversation.id, conversation.updatedAt]));
  return now.filter(({ id, updatedAt }) => times.get(id) !== updatedAt).map(({ id }) => id);
}

/** A chat that is open here and written to in another window is read again. Returns how to stop. */
export function refreshMessages(client: QueryClient): () => void {
  let earlier: readonly Conversation[] | null = null;
  return client.getQueryCache().subscribe((event) => {
    if (event.query.queryKey[0] !== streams.conversations.key[0]) return;
    const now = client.getQueryData<Conversation[]>(streams.conversations.key);
    if (now === undefined || now === earlier) return;
    const changed = earlier === null ? [] : writtenTo(earlier, now);
    earlier = now;
    for (const id of changed) void client.invalidateQueries({ queryKey: keys.messages(id) });
  });
}
