import { useQuery } from '@tanstack/react-query';
import type { Conversation } from '../../shared/contract/conversations.ts';
import { useApi } from '../api.tsx';
import { keys } from '../query.ts';

/** One chat as core has it; undefined while it is not known, is new (null) or is gone. Asked again whenever chats change. */
export function useConversation(conversationId: string | null): Conversation | undefined {
  const api = useApi();
  const { data } = useQuery({
    queryKey: keys.conversation(conversationId ?? ''),
    queryFn: ({ signal }) => api.chat.get({ conversationId: conversationId ?? '' }, { signal }),
    enabled: conversationId !== null,
  });
  return conversationId === null ? undefined : data;
}
