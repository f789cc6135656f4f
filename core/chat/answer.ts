import type { AnswerState, AnswerTiming, Message } from '../../shared/contract/chat.ts';
import type { Failure } from '../../shared/contract/common.ts';
import type { MessageExtras } from '../../shared/contract/conversations.ts';

/** What a turn has so far. */
export interface Answer {
  text: string;
  reasoning: string;
  state: AnswerState;
  model: string | null;
  finishReason: string | null;
  timing: AnswerTiming;
  failure: Failure | null;
  /** Among them the calls that it wants made. */
  extras: MessageExtras;
}

export const noTiming: AnswerTiming = {
  ttftMs: null,
  totalMs: null,
  tokensPerSecond: null,
  promptTokens: null,
  completionTokens: null,
  reasoningTokens: null,
  firstTextMs: null,
  pieces: 0,
  piecesMs: 0,
};

export function isFinal(state: AnswerState): boolean {
  return state !== 'waiting' && state !== 'streaming';
}

/** As it is kept and shown beside the message. */
export function turnOf(
  id: string,
  { state, model, finishReason, timing, failure }: Omit<Answer, 'text' | 'reasoning' | 'extras'>,
): NonNullable<Message['turn']> {
  return { id, state, model, finishReason, timing, failure };
}
