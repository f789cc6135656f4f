import { useEffect } from 'react';
import type { Conversation } from '../../../shared/contract/conversations.ts';
import { useApi } from '../../api.tsx';
import { useAction } from '../../hooks/use-action.ts';

/** Whoever has it on the screen has seen it. */
export function useMarkRead(conversation: Pick<Conversation, 'id' | 'isUnread'> | null): void {
  const api = useApi();
  const { run: markRead } = useAction((id: string) => api.chat.markRead({ conversationId: id }));
  const unreadId = conversation?.isUnread === true ? conversation.id : null;
  useEffect(() => {
    if (unreadId !== null && document.visibilityState === 'visible') markRead(unreadId);
  }, [unreadId, markRead]);
}
