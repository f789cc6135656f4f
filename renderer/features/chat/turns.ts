import type { Message, TurnDelta } from '../../../shared/contract/chat.ts';
import { create } from 'zustand';

export type AnswerSoFar = Pick<
  TurnDelta,
  'text' | 'reasoning' | 'state' | 'model' | 'finishReason' | 'timing' | 'failure' | 'toolCalls' | 'validation'
>;

export interface LiveTurn extends AnswerSoFar {
  /** When something last came, by the page's clock; before that, when the page began to look. */
  changedAt: number;
}

interface Turns {
  /** Answers under way, by turn; an ended one stays until the stored message has replaced it. */
  turns: Readonly<Record<string, LiveTurn>>;
  apply: (turnId: string, delta: TurnDelta) => void;
  begin: (turnId: string, message: Message) => void;
  forget: (turnId: string) => void;
}

/** The text so far with what came; an overlap (after a reconnect) is cut, so nothing stands twice. */
export function append(text: string, from: number, more: string): string {
  return text.slice(0, from) + more;
}

/** The fast buffer of the chat: changes up to once a frame, and only the answer that is open reads it. */
export const useTurns = create<Turns>()((set) => ({
  turns: {},
  begin: (turnId, { text, reasoning, turn, extras }) =>
    set(({ turns }) =>
      turn === null || turns[turnId] !== undefined
        ? {}
        : {
            turns: {
              ...turns,
              [turnId]: {
                ...turn,
                text,
                reasoning,
                toolCalls: extras.toolCalls,
                validation: extras.validation,
                changedAt: Date.now(),
              },
            },
          },
    ),
  apply: (turnId, delta) =>
    set(({ turns }) => {
      const { textFrom, reasoningFrom, text, reasoning, ...rest } = delta;
      const earlier = turns[turnId];
      const next: LiveTurn = {
        ...rest,
        changedAt: Date.now(),
        text: append(earlier?.text ?? '', textFrom, text),
        reasoning: append(earlier?.reasoning ?? '', reasoningFrom, reasoning),
      };
      return { turns: { ...turns, [turnId]: next } };
    }),
  forget: (turnId) =>
    set(({ turns }) => {
      const { [turnId]: _gone, ...others } = turns;
      return { turns: others };
    }),
}));

export function isUnderWay(state: AnswerSoFar['state']): boolean {
  return state === 'waiting' || state === 'streaming';
}
