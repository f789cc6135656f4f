import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { MessageWindow } from '../../shared/contract/chat-history.ts';
import type { Begun } from '../../shared/contract/chat.ts';
import { keys } from '../query.ts';

/** What is held, with the end of the path as it is now; null where the two do not meet. */
export function withEnd(held: MessageWindow | undefined, end: MessageWindow): MessageWindow | null {
  const [first] = end.messages;
  if (first === undefined) return null;
  if (end.from === 0) return end;
  if (held === undefined) return null;
  const before = held.messages.slice(0, Math.max(0, end.from - held.from));
  // A message knows the one before it, and that one all before itself.
  if (before.length === 0 || before.at(-1)?.id !== first.parentId) return null;
  return { ...end, from: held.from, messages: [...before, ...end.messages] };
}

/** What was asked stands there at once, and its answer is followed: from the reply itself, without reading the chat anew. */
export function useTakeIn(): (begun: Begun) => void {
  const client = useQueryClient();
  return useCallback(
    ({ conversationId, messageId, end }) => {
      const queryKey = keys.messages(conversationId);
      const whole = withEnd(client.getQueryData<MessageWindow>(queryKey), end);
      const isThere = whole?.messages.some(({ id }) => id === messageId) === true;
      if (isThere) client.setQueryData<MessageWindow>(queryKey, whole);
      else void client.invalidateQueries({ queryKey });
    },
    [client],
  );
}
