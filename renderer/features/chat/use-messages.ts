import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { MessageWindow } from '../../../shared/contract/chat-history.ts';
import type { Api } from '../../../shared/contract/index.ts';
import { useApi } from '../../api.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { keys } from '../../query.ts';

/** Messages that are asked for at once: some screens full of short ones. */
const windowCount = 60;

/** All from a place on the path to its end, in as many windows as it takes. */
async function readFrom(api: Api, conversationId: string, from: number, signal: AbortSignal): Promise<MessageWindow> {
  let whole = await api.chat.messages({ conversationId, from, count: windowCount }, { signal });
  for (;;) {
    const end = whole.from + whole.messages.length;
    if (end >= whole.total) return whole;
    const next = await api.chat.messages({ conversationId, from: end, count: windowCount }, { signal });
    if (next.messages.length === 0) return whole;
    whole = { total: next.total, from: whole.from, messages: [...whole.messages, ...next.messages] };
  }
}

/** What stands before a place, as far back as one window goes, joined to what is held. */
async function withEarlier(api: Api, conversationId: string, held: MessageWindow): Promise<MessageWindow> {
  const from = Math.max(0, held.from - windowCount);
  const earlier: MessageWindow['messages'] = [];
  while (from + earlier.length < held.from) {
    const at = from + earlier.length;
    const { messages } = await api.chat.messages({ conversationId, from: at, count: held.from - at });
    if (messages.length === 0) break;
    earlier.push(...messages);
  }
  return { total: held.total, from: held.from - earlier.length, messages: [...earlier, ...held.messages] };
}

/**
 * The end of the path that is shown, and more of it backwards when asked: a long chat opens as fast as a short one. What
 * was read stays read when the chat changes.
 */
export function useMessages(conversationId: string | null) {
  const api = useApi();
  const client = useQueryClient();
  const queryKey = keys.messages(conversationId ?? '');
  const query = useQuery<MessageWindow>({
    queryKey,
    queryFn: ({ signal }) => {
      const id = conversationId ?? '';
      const held = client.getQueryData<MessageWindow>(queryKey);
      // Nothing earlier is held than the last window: the last window is enough again.
      if (held === undefined || held.total - held.from <= windowCount) {
        return api.chat.messages({ conversationId: id, from: null, count: windowCount }, { signal });
      }
      return readFrom(api, id, held.from, signal);
    },
    enabled: conversationId !== null,
  });
  const earlier = useAction(
    async (id: string) => {
      const held = client.getQueryData<MessageWindow>(keys.messages(id));
      return held === undefined ? null : await withEarlier(api, id, held);
    },
    { onDone: (window, id) => window !== null && client.setQueryData<MessageWindow>(keys.messages(id), window) },
  );
  return {
    query,
    messages: query.data?.messages,
    /** How many stand before the first one here; 0: none, or not known. */
    earlierCount: query.data?.from ?? 0,
    isReadingEarlier: earlier.isRunning,
    readEarlier: () => {
      if (conversationId !== null) earlier.run(conversationId);
    },
  };
}
