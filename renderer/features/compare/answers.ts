import { create } from 'zustand';
import type { TurnDelta } from '../../../shared/contract/chat.ts';
import type { CompareAnswer } from '../../../shared/contract/compare.ts';

export type AnswerSoFar = Pick<
  TurnDelta,
  'text' | 'reasoning' | 'state' | 'model' | 'finishReason' | 'timing' | 'failure'
>;

interface Answers {
  /** Answers that somebody looks at, by their ids. */
  answers: Readonly<Record<string, AnswerSoFar>>;
  apply: (answerId: string, delta: TurnDelta) => void;
  forget: (answerId: string) => void;
}

/** The fast buffer of the comparison: changes up to once a frame and column. */
export const useAnswers = create<Answers>()((set) => ({
  answers: {},
  apply: (answerId, delta) =>
    set(({ answers }) => {
      const { textFrom, reasoningFrom, text, reasoning, toolCalls: _calls, validation: _validation, ...rest } = delta;
      const held = answers[answerId];
      // An overlap, after a reconnect, is cut: nothing stands twice.
      const next: AnswerSoFar = {
        ...rest,
        text: (held?.text ?? '').slice(0, textFrom) + text,
        reasoning: (held?.reasoning ?? '').slice(0, reasoningFrom) + reasoning,
      };
      return { answers: { ...answers, [answerId]: next } };
    }),
  forget: (answerId) =>
    set(({ answers }) => {
      const { [answerId]: _gone, ...others } = answers;
      return { answers: others };
    }),
}));

export function isUnderWay(state: CompareAnswer['state']): boolean {
  return state === 'queued' || state === 'waiting' || state === 'streaming';
}

/** Worth a vote: something was said. */
export function hasAnswered(answer: Pick<CompareAnswer, 'state'>): boolean {
  return answer.state === 'done' || answer.state === 'stopped' || answer.state === 'interrupted';
}
