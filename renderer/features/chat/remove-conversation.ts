import { useCallback } from 'react';
import type { Conversation } from '../../../shared/contract/chat.ts';
import { useApi } from '../../api.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { navigate } from '../../router.ts';
import { showToast } from '../../ui/toast.tsx';
import { words } from '../../words.ts';

/** Nothing else is lost with a chat, so it is not asked about: it can be brought back for as long as the notice stands. */
export function useRemoveConversation(currentId: string | null): (conversation: Conversation) => void {
  const api = useApi();
  const restore = useAction((conversation: Conversation) => api.chat.restore({ conversationId: conversation.id }), {
    onDone: (_output, { id }) => navigate({ page: 'chat', conversationId: id, nimId: null }),
  });
  const { run: bringBack } = restore;
  const remove = useAction((conversation: Conversation) => api.chat.remove({ conversationId: conversation.id }), {
    onDone: (_output, conversation) => {
      showToast({
        title: words.chat.removed(conversation.title),
        action: { label: words.common.undo, onSelect: () => bringBack(conversation) },
      });
      if (conversation.id === currentId) navigate({ page: 'chat', conversationId: null, nimId: null });
    },
  });
  const { run } = remove;
  return useCallback((conversation: Conversation) => run(conversation), [run]);
}
