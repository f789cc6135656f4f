import { useCallback } from 'react';
import type { ConversationEntry } from '../../../shared/contract/chat-history.ts';
import { useApi } from '../../api.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { navigate } from '../../router.ts';
import { showToast } from '../../ui/toast.tsx';
import { words } from '../../words.ts';

/** Of the notice that brings a chat back. */
export const aboutRemoved = (conversationId: string) => `removed chat ${conversationId}`;
export const isAboutRemoved = (about: string) => about.startsWith(aboutRemoved(''));

/** Nothing else is lost with a chat, so it is not asked about: it lies in the bin for 30 days, and the notice brings it back at once. */
export function useRemoveConversation(currentId: string | null): (conversation: ConversationEntry) => void {
  const api = useApi();
  const restore = useAction(
    (conversation: ConversationEntry) => api.chat.restore({ conversationId: conversation.id }),
    {
      onDone: (_output, { id }) => navigate({ page: 'chat', conversationId: id, nimId: null }),
    },
  );
  const { run: bringBack } = restore;
  const remove = useAction((conversation: ConversationEntry) => api.chat.remove({ conversationId: conversation.id }), {
    onDone: (_output, conversation) => {
      showToast({
        title: words.chat.removed(conversation.title),
        about: aboutRemoved(conversation.id),
        action: { label: words.common.undo, onSelect: () => bringBack(conversation) },
      });
      if (conversation.id === currentId) navigate({ page: 'chat', conversationId: null, nimId: null });
    },
  });
  const { run } = remove;
  return useCallback((conversation: ConversationEntry) => run(conversation), [run]);
}
