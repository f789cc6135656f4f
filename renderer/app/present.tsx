import type { TurnProps } from '../features/present/present-messages.tsx';
import { PresentPage } from '../features/present/page.tsx';
import { useMessages } from '../features/chat/use-messages.ts';
import { useTurn } from '../features/chat/use-turn.ts';

interface PresentProps {
  conversationId: string | null;
  nimId: string | null;
}

/** Where presenting meets the chat, whose messages it draws in its own way. */
export function Present({ conversationId, nimId }: PresentProps) {
  const { messages } = useMessages(conversationId);
  return <PresentPage conversationId={conversationId} nimId={nimId} messages={messages} Turn={Turn} />;
}

function Turn({ message, children }: TurnProps) {
  const turn = useTurn(message);
  return turn === null ? null : children(turn);
}
