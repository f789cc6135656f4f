import type { LiveProps } from '../features/present/room-status.tsx';
import type { TurnProps } from '../features/present/present-messages.tsx';
import { PresentPage } from '../features/present/page.tsx';
import { draftActions, newConversation, useDrafts } from '../features/chat/drafts.ts';
import { useMarkRead } from '../features/chat/use-mark-read.ts';
import { useMessages } from '../features/chat/use-messages.ts';
import { useTurns } from '../features/chat/turns.ts';
import { useTurn } from '../features/chat/use-turn.ts';
import { useConversation } from './use-conversation.ts';

interface PresentProps {
  conversationId: string | null;
  nimId: string | null;
}

/** Where presenting meets the chat, whose messages it draws in its own way. */
export function Present({ conversationId, nimId }: PresentProps) {
  const { messages } = useMessages(conversationId);
  const conversation = useConversation(conversationId) ?? null;
  useMarkRead(conversation);
  return (
    <PresentPage
      conversationId={conversationId}
      conversation={conversation}
      nimId={nimId}
      messages={messages}
      Turn={Turn}
      Live={Live}
      onUnsent={(text) => keepDraft(conversationId ?? newConversation, text)}
    />
  );
}

/** Behind what is being written in that chat already. */
function keepDraft(conversation: string, text: string) {
  const before = useDrafts.getState().texts[conversation];
  draftActions.setText(conversation, before === undefined ? text : `${before}\n${text}`);
}

function Turn({ message, children }: TurnProps) {
  const turn = useTurn(message);
  return turn === null ? null : children(turn);
}

/** Only looks at what the answer itself reads, so that it is not read twice. */
function Live({ turnId, children }: LiveProps) {
  return children(useTurns((store) => store.turns[turnId]) ?? null);
}
