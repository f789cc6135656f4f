import type { AnswerTiming } from '../../shared/contract/chat.ts';
import type { Usage } from './openai.ts';

/** Takes the times of one answer; all instants by `performance.now()`. */
export interface Meter {
  /** The request goes out. */
  sent(at: number): void;
  /** Something of the answer arrived. */
  piece(at: number, isText: boolean): void;
  usage(usage: Usage): void;
  /** As far as it has come; a rate only at the end. */
  timing(): AnswerTiming;
  end(at: number): AnswerTiming;
}

/**
 * @param before of the part of the answer that is gone on with: times and tokens are added to it, what was first stays,
 * and the rate is the new part's
 */
export function createMeter(before: AnswerTiming): Meter {
  // Until it is told: what keeps a request from going out counts for nobody.
  let sentAt = performance.now();
  let firstAt: number | null = null;
  let lastAt = 0;
  let firstTextAt: number | null = null;
  let pieces = 0;
  let usage: Usage | null = null;
  let totalMs = before.totalMs;
  let tokensPerSecond: number | null = null;

  const sum = (one: number | null, other: number | null) =>
    before.pieces === 0 ? other : one === null || other === null ? null : one + other;

  const timing = (): AnswerTiming => ({
    ttftMs: before.ttftMs ?? since(firstAt, sentAt),
    totalMs,
    tokensPerSecond,
    promptTokens: usage?.promptTokens ?? before.promptTokens,
    completionTokens: sum(before.completionTokens, usage?.completionTokens ?? null),
    reasoningTokens: sum(before.reasoningTokens, usage?.reasoningTokens ?? null),
    firstTextMs: before.firstTextMs ?? since(firstTextAt, sentAt),
    pieces: before.pieces + pieces,
    piecesMs: before.piecesMs + (firstAt === null ? 0 : lastAt - firstAt),
  });

  return {
    sent: (at) => (sentAt = at),
    piece(at, isText) {
      firstAt ??= at;
      lastAt = at;
      if (isText) firstTextAt ??= at;
      pieces += 1;
    },
    // Some send it with every piece, and the newest counts.
    usage: (said) => (usage = said),
    timing,
    end(at) {
      totalMs = (before.totalMs ?? 0) + (at - sentAt);
      tokensPerSecond = rate(usage?.completionTokens ?? null, firstAt, lastAt);
      return timing();
    },
  };
}

const since = (at: number | null, from: number) => (at === null ? null : at - from);

/** Tokens after the first ÷ time after the first. */
function rate(tokens: number | null, firstAt: number | null, lastAt: number): number | null {
  if (tokens === null || tokens < 2 || firstAt === null || lastAt <= firstAt) return null;
  return ((tokens - 1) * 1000) / (lastAt - firstAt);
}
