import { type QueryClient, queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { MessageWindow } from '../../../shared/contract/chat-history.ts';
import type { Api } from '../../../shared/contract/index.ts';
import { useApi } from '../../api.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { keys } from '../../query.ts';
import { wantedIn } from './message-list-place.ts';

/** Messages that a chat opens with: more than fit a screen. */
const firstCount = 30;
/** Earlier ones that are asked for at once: some screens full of short ones. */
const windowCount = 60;
/** As many as core gives at once, where many are wanted. */
const largestCount = 200;
/** So many before the one that is gone to, for who wants to know what it answers. */
const countBefore = 10;

/** All from a place on the path to its end, in as many windows as it takes. */
async function readFrom(api: Api, conversationId: string, from: number, signal: AbortSignal): Promise<MessageWindow> {
  let whole = await api.chat.messages({ conversationId, from, count: largestCount }, { signal });
  for (;;) {
    const end = whole.from + whole.messages.length;
    if (end >= whole.total) return whole;
    const next = await api.chat.messages({ conversationId, from: end, count: largestCount }, { signal });
    if (next.messages.length === 0) return whole;
    whole = { ...next, from: whole.from, messages: [...whole.messages, ...next.messages] };
  }
}

/** The messages from a place up to another one. */
async function readBetween(api: Api, conversationId: string, from: number, to: number) {
  const messages: MessageWindow['messages'] = [];
  while (from + messages.length < to) {
    const at = from + messages.length;
    const count = Math.min(largestCount, to - at);
    const window = await api.chat.messages({ conversationId, from: at, count });
    if (window.messages.length === 0) break;
    messages.push(...window.messages);
  }
  return { from, messages };
}

/** Joined to what is held by now; nothing where the two do not meet. */
function withEarlier(held: MessageWindow, { from, messages }: Pick<MessageWindow, 'from' | 'messages'>): MessageWindow {
  const missing = held.from - from;
  if (missing <= 0 || messages.length < missing) return held;
  return { ...held, from, messages: [...messages.slice(0, missing), ...held.messages] };
}

/** The last window; more, back to what is held and to the message that is to be gone to. */
async function readEnd(api: Api, id: string, held: MessageWindow | undefined, signal: AbortSignal) {
  const last = await api.chat.messages({ conversationId: id, from: null, count: firstCount }, { signal });
  const wanted = wantedIn(id);
  const from = Math.min(
    last.from,
    held?.from ?? last.from,
    wanted === null ? last.from : Math.max(0, wanted.index - countBefore),
  );
  return from >= last.from ? last : await readFrom(api, id, from, signal);
}

function endOf(api: Api, client: QueryClient, id: string) {
  const queryKey = keys.messages(id);
  return queryOptions({
    queryKey,
    queryFn: ({ signal }) => readEnd(api, id, client.getQueryData<MessageWindow>(queryKey), signal),
  });
}

/** Asks for the end of a chat that is about to be opened: it comes while the page is still being drawn. */
export function useReadAhead(): (conversationId: string) => void {
  const api = useApi();
  const client = useQueryClient();
  return useCallback((id: string) => void client.prefetchQuery(endOf(api, client, id)), [api, client]);
}

/**
 * The end of the path that is shown, and more of it backwards when asked: a long chat opens as fast as a short one. What
 * was read stays read when the chat changes.
 */
export function useMessages(conversationId: string | null) {
  const api = useApi();
  const client = useQueryClient();
  const query = useQuery({ ...endOf(api, client, conversationId ?? ''), enabled: conversationId !== null });
  const reading = useAction(
    async ({ id, which }: { id: string; which: 'some' | 'all' }) => {
      const { from = 0 } = client.getQueryData<MessageWindow>(keys.messages(id)) ?? {};
      return await readBetween(api, id, which === 'all' ? 0 : Math.max(0, from - windowCount), from);
    },
    {
      onDone: (earlier, { id }) =>
        client.setQueryData<MessageWindow>(keys.messages(id), (held) => held && withEarlier(held, earlier)),
    },
  );
  const { run } = reading;
  const readEarlier = useCallback(
    (which: 'some' | 'all') => {
      if (conversationId !== null) run({ id: conversationId, which });
    },
    [conversationId, run],
  );
  return {
    query,
    messages: query.data?.messages,
    /** How many stand before the first one here; 0: none, or not known. */
    earlierCount: query.data?.from ?? 0,
    isReadingEarlier: reading.isRunning,
    readEarlier,
  };
}
