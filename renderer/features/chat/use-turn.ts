import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { MessageWindow, ShownMessage } from '../../../shared/contract/chat-history.ts';
import type { Message } from '../../../shared/contract/chat.ts';
import { useConnection } from '../../api.tsx';
import { readStream } from '../../hooks/read-stream.ts';
import { keys } from '../../query.ts';
import { isUnderWay, useTurns, type AnswerSoFar, type LiveTurn } from './turns.ts';

/** An answer as it is being written; the stored one when it is not. Leaving stops the reading, never the turn. */
export function useTurn(message: Message): (AnswerSoFar & { changedAt: number | null }) | null {
  const connection = useConnection();
  const client = useQueryClient();
  const turnId = message.turn?.id ?? null;
  const live = useTurns((store) => (turnId === null ? undefined : store.turns[turnId]));
  const follows = message.turn !== null && isUnderWay(message.turn.state);

  useEffect(() => {
    if (turnId === null || !follows) return undefined;
    const abort = new AbortController();
    const { begin, apply } = useTurns.getState();
    begin(turnId, message);
    void readStream({
      connection,
      open: (signal) => {
        const held = useTurns.getState().turns[turnId];
        return connection.api.chat.follow(
          { turnId, textFrom: held?.text.length ?? 0, reasoningFrom: held?.reasoning.length ?? 0 },
          { signal },
        );
      },
      onItem: (delta) => {
        apply(turnId, delta);
        if (isUnderWay(delta.state)) return;
        const ended = useTurns.getState().turns[turnId];
        if (ended === undefined) return;
        client.setQueryData<MessageWindow>(
          keys.messages(message.conversationId),
          (held) =>
            held && {
              ...held,
              messages: held.messages.map((each) => (each.turn?.id === turnId ? withTurn(each, ended) : each)),
            },
        );
      },
      // The turn ended while it was out of sight, or is not known any more: what was stored is the truth.
      onFailure: (failure) => {
        if (failure !== null) void client.invalidateQueries({ queryKey: keys.messages(message.conversationId) });
      },
      signal: abort.signal,
      everyMs: 0,
    });
    return () => {
      abort.abort();
      useTurns.getState().forget(turnId);
    };
    // Begins with the message as it was when the turn was found; later ones come from the stream itself.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [connection, client, turnId, follows, message.conversationId]);

  if (message.turn === null) return null;
  if (follows && live !== undefined) return live;
  const { text, reasoning, extras } = message;
  const { toolCalls, validation } = extras;
  return { ...message.turn, text, reasoning, toolCalls, validation, changedAt: null };
}

function withTurn(message: ShownMessage, ended: LiveTurn): ShownMessage {
  if (message.turn === null) return message;
  const { text, reasoning, toolCalls, validation, changedAt: _changedAt, ...turn } = ended;
  const extras = { ...message.extras, toolCalls, validation };
  return { ...message, text, reasoning, extras, turn: { ...message.turn, ...turn } };
}
