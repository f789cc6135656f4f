import { useEffect, useState } from 'react';
import type { ChatParameters } from '../../../shared/contract/answers.ts';
import type { ShownMessage } from '../../../shared/contract/chat-history.ts';
import type { TargetInfo } from '../../../shared/contract/targets.ts';
import { useApi } from '../../api.tsx';
import { useTakeIn } from '../../app/message-window.ts';
import { useAction } from '../../hooks/use-action.ts';
import { navigate } from '../../router.ts';

/** A question on its way: `place` of a prepared prompt, from 0; null for one that was written. */
export interface Asked {
  text: string;
  place: number | null;
}

interface AudienceProps {
  conversationId: string | null;
  messages: readonly ShownMessage[] | undefined;
  target: TargetInfo | null;
  parameters: ChatParameters;
  /** Takes back what was written and is not asked after all. */
  onUnasked: (text: string) => void;
}

const isUnderWay = (message: ShownMessage) =>
  message.turn !== null && (message.turn.state === 'waiting' || message.turn.state === 'streaming');

/** What one audience sees: asks, waits with the next question until the answer has ended, begins a clean screen. */
export function useAudience({ conversationId, messages, target, parameters, onUnasked }: AudienceProps) {
  const api = useApi();
  const takeIn = useTakeIn();
  const [sent, setSent] = useState<ReadonlySet<number>>(new Set());
  const [next, setNext] = useState<Asked | null>(null);
  const giveBack = (asked: Asked | null) => {
    if (asked !== null && asked.place === null) onUnasked(asked.text);
  };
  // The answer that was begun last: until its message is read, a second question must wait as well.
  const [begunTurnId, setBegunTurnId] = useState<string | null>(null);
  const isAwaited = begunTurnId !== null && !(messages ?? []).some(({ turn }) => turn?.id === begunTurnId);
  const openTurnId = messages?.findLast(isUnderWay)?.turn?.id ?? null;

  const send = useAction(
    async (asked: Asked) => {
      setNext((held) => (held === asked ? null : held));
      if (target === null) return null;
      const { text } = asked;
      return await api.chat.send({ conversationId, target: target.target, text, parameters });
    },
    {
      isFailureShown: true,
      onFailed: giveBack,
      onDone: (begun, { place }) => {
        if (begun === null) return;
        setBegunTurnId(begun.turnId);
        if (place !== null) setSent((places) => new Set([...places, place]));
        takeIn(begun);
        const route = { page: 'present', conversationId: begun.conversationId, nimId: null } as const;
        if (conversationId === null) navigate(route, { replace: true });
      },
    },
  );
  const again = useAction(
    async (parentId: string) => {
      if (target === null || conversationId === null) return null;
      return await api.chat.answerAgain({ conversationId, parentId, target: target.target, parameters });
    },
    {
      isFailureShown: true,
      onDone: (begun) => {
        if (begun === null) return;
        setBegunTurnId(begun.turnId);
        takeIn(begun);
      },
    },
  );
  const stop = useAction((turnId: string) => api.chat.stop({ turnId }), { isFailureShown: true });

  const isBusy = openTurnId !== null || isAwaited || send.isRunning || again.isRunning;
  const run = send.run;
  useEffect(() => {
    if (next === null || isBusy || target === null) return;
    run(next);
  }, [next, isBusy, target, run]);

  return {
    sent,
    next,
    isBusy,
    openTurnId,
    hasFailed: send.failure !== null || again.failure !== null,
    /** Waits its turn while an answer is being written; a later one takes its place. */
    ask: (asked: Asked) => {
      if (asked.text.trim() === '' || target === null) return;
      giveBack(next);
      setNext(asked);
    },
    askAgain: again.run,
    stop: () => {
      giveBack(next);
      setNext(null);
      if (openTurnId !== null) stop.run(openTurnId);
    },
    /** Clean for the next ones; what was said stays among the chats. */
    begin: () => {
      setNext(null);
      setSent(new Set());
      setBegunTurnId(null);
      send.reset();
      again.reset();
      if (openTurnId !== null) stop.run(openTurnId);
      const nimId = target?.target.kind === 'nim' ? target.target.nimId : null;
      navigate({ page: 'present', conversationId: null, nimId });
    },
  };
}
