import { answerOf, reasoning, shortAnswer } from './answer-text.ts';
import type { ChatRequest } from './chat-request.ts';
import { readDirectives, type Directives } from './prompt.ts';
import { tokenize } from './tokens.ts';

export interface PlannedToken {
  kind: 'content' | 'reasoning';
  text: string;
}

/** A whole answer, known before its first token is sent: the same prompt always gets the same one. */
export interface AnswerPlan {
  tokens: PlannedToken[];
  finishReason: 'stop' | 'length';
  stopReason: string | null;
  directives: Directives;
}

export function planAnswer(
  request: ChatRequest,
  maxModelLength: number,
  reasoningAs: 'own field' | 'think tags',
): AnswerPlan {
  const directives = readDirectives(request.prompt);
  let tokens = contentTokens(directives).map((text): PlannedToken => ({ kind: 'content', text }));
  const stop = firstStop(tokens, request.stop);
  if (stop !== null) tokens = stop.tokens;
  if (directives.hasReasoning) tokens = [...reasoningTokens(reasoningAs), ...tokens];

  const room = request.maxTokens ?? maxModelLength - request.promptTokens;
  const isCut = tokens.length > room;
  return {
    tokens: isCut ? tokens.slice(0, room) : tokens,
    finishReason: isCut ? 'length' : 'stop',
    stopReason: isCut ? null : (stop?.reason ?? null),
    directives,
  };
}

function contentTokens(directives: Directives): string[] {
  const text = directives.echo ?? (directives.isShort ? shortAnswer() : answerOf(directives.parts));
  const once = tokenize(text);
  const wanted = directives.tokens;
  if (wanted === null || once.length === 0) return once;
  return Array.from({ length: wanted }, (_, index) => once[index % once.length] ?? '');
}

function reasoningTokens(as: 'own field' | 'think tags'): PlannedToken[] {
  const texts = tokenize(reasoning);
  if (as === 'own field') return texts.map((text) => ({ kind: 'reasoning', text }));
  return ['<think>', ...texts, '</think>', '\n\n'].map((text) => ({ kind: 'content', text }));
}

/** The text ends before the stop string; the token that completed it is the last one. */
function firstStop(
  tokens: PlannedToken[],
  stops: readonly string[],
): { tokens: PlannedToken[]; reason: string } | null {
  if (stops.length === 0) return null;
  const text = tokens.map((token) => token.text).join('');
  const hits = stops.map((reason) => ({ reason, at: text.indexOf(reason) })).filter((hit) => hit.at >= 0);
  const [first] = hits.toSorted((a, b) => a.at - b.at);
  if (first === undefined) return null;

  const kept: PlannedToken[] = [];
  let offset = 0;
  for (const token of tokens) {
    if (offset >= first.at + first.reason.length) break;
    kept.push({ ...token, text: token.text.slice(0, Math.max(0, first.at - offset)) });
    offset += token.text.length;
  }
  return { tokens: kept, reason: first.reason };
}
