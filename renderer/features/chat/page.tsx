import MessagesSquare from 'lucide-react/icons/messages-square';
import Presentation from 'lucide-react/icons/presentation';
import { useCallback, useEffect } from 'react';
import { Page } from '../../app/page.tsx';
import { useConversation } from '../../app/use-conversation.ts';
import { usePageAction } from '../../app/page-actions.ts';
import { useStream } from '../../hooks/use-stream.ts';
import { warmUp } from '../../markdown/warm-up.ts';
import { streams } from '../../query.ts';
import { toHash } from '../../router.ts';
import { Button, buttonClass } from '../../ui/button.tsx';
import { words } from '../../words.ts';
import { Conversation } from './conversation.tsx';
import { ConversationList } from './conversation-list.tsx';
import { useConversationList } from './list-store.ts';
import { useRemoveConversation } from './remove-conversation.ts';
import { useKeptChoices } from './use-kept-choices.ts';
import { useMarkRead } from './use-mark-read.ts';

interface ChatPageProps {
  /** Null: a new one. */
  conversationId: string | null;
  /** The NIM that the address asks for. */
  nimId: string | null;
}

export function ChatPage({ conversationId, nimId }: ChatPageProps) {
  const { data: chats, failure } = useStream(streams.conversations);
  const conversation = useConversation(conversationId) ?? null;
  useEffect(warmUp, []);
  useMarkRead(conversation);
  useKeptChoices(conversation);
  const remove = useRemoveConversation(conversationId);
  const removeThis = useCallback(() => {
    if (conversation !== null) remove(conversation);
  }, [conversation, remove]);
  usePageAction('remove', conversation === null ? null : removeThis);
  return (
    <div className="relative flex min-h-0 flex-1">
      <ConversationList chats={chats} failure={failure} currentId={conversationId} onRemove={remove} />
      <div className="flex min-h-0 min-w-0 flex-1 flex-col">
        <Page
          isFixed
          title={conversation?.title ?? (conversationId === null ? words.chat.newChat : words.chat.untitled)}
          before={<ListButton />}
          actions={
            <a
              href={toHash({ page: 'present', conversationId, nimId })}
              title={words.present.presentHint}
              className={buttonClass('quiet', 'small')}
            >
              <Presentation aria-hidden className="size-icon-small" />
              {words.present.present}
            </a>
          }
        >
          <Conversation
            key={conversationId}
            conversationId={conversationId}
            conversation={conversation}
            nimId={nimId}
          />
        </Page>
      </div>
    </div>
  );
}

/** Only where the list has no room of its own. */
function ListButton() {
  const isOpen = useConversationList((store) => store.isOpen);
  const setOpen = useConversationList((store) => store.setOpen);
  return (
    <span className="md:hidden">
      <Button
        size="small"
        aria-expanded={isOpen}
        icon={<MessagesSquare aria-hidden className="size-icon-small" />}
        onClick={() => setOpen(!isOpen)}
      >
        {words.chat.showList}
      </Button>
    </span>
  );
}
