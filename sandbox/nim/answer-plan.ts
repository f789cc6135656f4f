import { answerOf, reasoning, shortAnswer } from './answer-text.ts';
import type { ChatRequest } from './chat-request.ts';
import { madeFromSchema } from './made-json.ts';
import { readDirectives, type Directives } from './prompt.ts';
import { tokenize } from './tokens.ts';

export interface PlannedToken {
  kind: 'content' | 'reasoning' | 'tool';
  text: string;
  /** Of a tool's token: which call it belongs to. */
  call?: number;
}

/** A whole answer, known before its first token is sent: the same prompt always gets the same one. */
export interface AnswerPlan {
  tokens: PlannedToken[];
  finishReason: 'stop' | 'length' | 'tool_calls';
  stopReason: string | null;
  directives: Directives;
}

export function planAnswer(
  request: ChatRequest,
  maxModelLength: number,
  reasoningAs: 'own field' | 'think tags',
  reasons = false,
): AnswerPlan {
  const directives = readDirectives(request.prompt);
  let tokens = callTokens(request);
  const isCalling = tokens.length > 0;
  if (!isCalling) tokens = wordsOf(request, directives).map((text): PlannedToken => ({ kind: 'content', text }));
  const stop = isCalling ? null : firstStop(tokens, request.stop);
  if (stop !== null) tokens = stop.tokens;
  if (directives.hasReasoning || (request.wantsReasoning ?? reasons))
    tokens = [...reasoningTokens(reasoningAs), ...tokens];

  const room = request.maxTokens ?? maxModelLength - request.promptTokens;
  const isCut = tokens.length > room;
  return {
    tokens: isCut ? tokens.slice(0, room) : tokens,
    finishReason: isCut ? 'length' : isCalling ? 'tool_calls' : 'stop',
    stopReason: isCut ? null : (stop?.reason ?? null),
    directives,
  };
}

function callTokens({ calls }: ChatRequest): PlannedToken[] {
  return calls.flatMap((call, index) =>
    tokenize(call.arguments).map((text): PlannedToken => ({ kind: 'tool', text, call: index })),
  );
}

/** What there is to say, by what was sent. */
function wordsOf(request: ChatRequest, directives: Directives): string[] {
  const { schema, toolResult, pictures, prompt } = request;
  if (schema !== null) {
    const made = JSON.stringify(madeFromSchema(schema.shape, prompt.replaceAll(/(^|\s)\/\w+/g, ' ')), null, 2);
    // Cut short of its last brace, as an answer is that was not decoded under guidance.
    return tokenize(directives.isInvalid ? made.slice(0, -1) : made);
  }
  if (toolResult !== null) return tokenize(`The tool answered: ${toolResult}`);
  if (pictures.length > 0 && directives.echo === null && directives.tokens === null) return tokenize(seen(pictures));
  return contentTokens(directives);
}

function seen(pictures: ChatRequest['pictures']): string {
  const each = pictures.map(({ type, width, height }) => {
    const kind = type.replace('image/', '').toUpperCase();
    return width === null || height === null
      ? `one ${kind} picture`
      : `one ${kind} picture of ${width} × ${height} pixels`;
  });
  return `I see ${each.join(' and ')}. What is in it a stand-in cannot tell.`;
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
