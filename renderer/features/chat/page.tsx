import { Page } from '../../app/page.tsx';
import { useStream } from '../../hooks/use-stream.ts';
import { streams } from '../../query.ts';
import { words } from '../../words.ts';
import { Conversation } from './conversation.tsx';
import { ConversationList } from './conversation-list.tsx';

interface ChatPageProps {
  /** Null: a new one. */
  conversationId: string | null;
  /** The NIM that the address asks for. */
  nimId: string | null;
}

export function ChatPage({ conversationId, nimId }: ChatPageProps) {
  const { data: conversations, failure } = useStream(streams.conversations);
  const conversation = conversations?.find((each) => each.id === conversationId) ?? null;
  return (
    <div className="flex min-h-0 flex-1">
      <ConversationList conversations={conversations} failure={failure} currentId={conversationId} />
      <div className="flex min-h-0 min-w-0 flex-1 flex-col border-l border-line">
        <Page
          isFixed
          title={conversation?.title ?? (conversationId === null ? words.chat.newChat : words.chat.untitled)}
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
