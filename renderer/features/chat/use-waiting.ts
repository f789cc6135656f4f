import { useEffect } from 'react';
import type { ShownMessage } from '../../../shared/contract/chat-history.ts';
import { draftActions, useDrafts, type Waiting } from './drafts.ts';
import { isUnderWay } from './turns.ts';

interface WaitingParts {
  draftKey: string;
  last: ShownMessage | undefined;
  canSend: boolean;
  onSend: (message: Waiting) => void;
}

/**
 * The message that waits for the answer under way. It goes out by itself only behind an answer that is complete: after one
 * that broke off, was stopped, or asks for tools, the question may be another one.
 */
export function useWaiting({ draftKey, last, canSend, onSend }: WaitingParts) {
  const message = useDrafts((store) => store.waiting[draftKey] ?? null);
  const { setWaiting, setText, attach, clearAttachments } = draftActions;
  const turn = last?.turn ?? null;
  const isComplete = turn?.state === 'done' && last?.extras.toolCalls.length === 0;
  const isDue = message !== null && isComplete && canSend;

  useEffect(() => {
    const due = useDrafts.getState().waiting[draftKey];
    if (!isDue || due === undefined || due.isGoing === true) return;
    // Marked before it goes: two renders must not send it twice.
    setWaiting(draftKey, { ...due, isGoing: true });
    onSend(due);
    // `onSend` is new with each render; that it is due is the occasion.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [isDue, draftKey]);

  return {
    message,
    /** It waits for somebody, not for an answer. */
    isHeld: message !== null && turn !== null && !isUnderWay(turn.state) && (!isComplete || message.isGoing === true),
    put: (next: Waiting) => {
      setWaiting(draftKey, next);
      setText(draftKey, '');
      clearAttachments(draftKey);
    },
    send: () => {
      if (message !== null) onSend(message);
    },
    takeBack: () => {
      if (message === null) return;
      const typed = useDrafts.getState().texts[draftKey] ?? '';
      setText(draftKey, [message.text, typed].filter((text) => text !== '').join('\n'));
      attach(draftKey, message.attachments);
      setWaiting(draftKey, null);
    },
  };
}
