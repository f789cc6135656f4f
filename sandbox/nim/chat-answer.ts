import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setImmediate as immediately } from 'node:timers/promises';
import type { AnswerPlan } from './answer-plan.ts';
import type { ChatRequest } from './chat-request.ts';
import type { NimConfig } from './config.ts';
import { pace } from './pace.ts';

export class EngineDied extends Error {}
export class ConnectionReset extends Error {}

export interface Answer {
  request: ChatRequest;
  response: ServerResponse;
  plan: AnswerPlan;
  config: NimConfig;
  speed: { ttftMs: number; tokensPerSecond: number };
  signal: AbortSignal;
  onTokens: (count: number) => void;
  /** What others leave of the GPU; all of it unless told. */
  share?: (() => number) | undefined;
}

function speedOf({ plan, speed }: Answer): [ttftMs: number, tokensPerSecond: number] {
  const { ttftMs, tokensPerSecond } = plan.directives;
  return [ttftMs ?? speed.ttftMs, tokensPerSecond ?? speed.tokensPerSecond];
}

/** Yields what is due, and acts out what the prompt or the configuration asked to go wrong. */
async function* dueTokens(answer: Answer): AsyncGenerator<{ from: number; to: number }, void, undefined> {
  const { plan, config, signal } = answer;
  const { stallAfter, errorAfter } = plan.directives;
  const breakAfter = plan.directives.breakAfter ?? (config.failure === 'break-stream' ? config.breakAfterTokens : null);
  const end = Math.min(...[stallAfter, errorAfter, breakAfter].map((limit) => limit ?? Infinity));

  if (end > 0) {
    for await (const { from, to } of pace(plan.tokens.length, ...speedOf(answer), signal, answer.share)) {
      answer.onTokens(Math.min(to, end) - from);
      yield { from, to: Math.min(to, end) };
      if (to >= end) break;
    }
  }
  if (end > plan.tokens.length) return;
  if (end === stallAfter && !signal.aborted) await once(signal, 'abort');
  // What was written must leave the process first: a reset throws away what has not.
  await immediately();
  signal.throwIfAborted();
  throw end === errorAfter ? new EngineDied() : new ConnectionReset();
}

const event = (body: object) => `data: ${JSON.stringify(body)}\n\n`;

export async function streamAnswer(answer: Answer): Promise<void> {
  const { request, response, plan, config, signal } = answer;
  const isEarly = config.generation === 'early-1.x';
  const { oddity } = plan.directives;
  const dress = dressings[oddity ?? ''] ?? ((text: string) => text);
  const write = (text: string) => response.write(dress(text));
  const head = {
    id: answerId(config),
    object: 'chat.completion.chunk',
    created: Math.floor(Date.now() / 1000),
    model: request.model,
  };
  const choice = (delta: object, rest: object = { finish_reason: null }) =>
    event({
      ...head,
      choices: [{ index: 0, delta, logprobs: null, ...rest, ...(isEarly ? {} : { token_ids: null }) }],
    });
  // Cut around the text once: at 2,000 tokens a second the rest of a chunk is always the same.
  const [before = '', after = ''] = choice({ '@': '@' }).split('"@":"@"');
  const reasoningField = config.reasoning === 'reasoning' ? 'reasoning' : 'reasoning_content';

  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
  response.flushHeaders();
  let isFirst = true;
  const named = new Set<number>();
  for await (const { from, to } of dueTokens(answer)) {
    let text = isFirst ? choice({ role: 'assistant', content: '' }) : '';
    isFirst = false;
    for (const token of plan.tokens.slice(from, to)) {
      if (token.text === '') continue;
      if (token.kind === 'tool') {
        text += choice({ tool_calls: [callPiece(request, token.call ?? 0, token.text, named)] });
        continue;
      }
      const field = token.kind === 'content' ? 'content' : reasoningField;
      const twin = oddity === 'both' && token.kind === 'reasoning' ? `"reasoning":${JSON.stringify(token.text)},` : '';
      text += `${before}${twin}"${field}":${JSON.stringify(token.text)}${after}`;
    }
    if (text !== '' && !write(text)) await once(response, 'drain', { signal });
  }
  write(choice({ content: '' }, { finish_reason: plan.finishReason, stop_reason: plan.stopReason }));
  if (request.includeUsage || oddity === 'usage') {
    write(event({ ...head, choices: [], usage: usageOf(request, plan) }));
  }
  response.end(oddity === 'no-done' ? '' : dress('data: [DONE]\n\n'));
}

/** Streams that are right and unusual: what a client must read all the same. */
const dressings: Readonly<Record<string, (text: string) => string>> = {
  crlf: (text) => text.replaceAll('\n', '\r\n'),
  comments: (text) => `: keep-alive\n\n${text}`,
};

function answerId({ generation }: NimConfig): string {
  return `${generation === 'early-1.x' ? 'chat' : 'chatcmpl'}-${randomUUID().replaceAll('-', '')}`;
}

/** The first piece of a call names it, the others carry on with its arguments. */
function callPiece({ calls }: ChatRequest, index: number, text: string, named: Set<number>): object {
  const call = calls[index];
  if (named.has(index)) return { index, function: { arguments: text } };
  named.add(index);
  return { index, id: call?.id, type: 'function', function: { name: call?.name, arguments: text } };
}

export async function sendAnswer(answer: Answer): Promise<void> {
  const { request, response, plan, config } = answer;
  const due = dueTokens(answer);
  while (!(await due.next()).done);
  const textOf = (kind: string) =>
    plan.tokens
      .filter((token) => token.kind === kind)
      .map((token) => token.text)
      .join('');
  const reasoning = textOf('reasoning');
  const reasoningField = config.reasoning === 'reasoning' ? 'reasoning' : 'reasoning_content';
  const plain = { role: 'assistant', content: textOf('content') };
  const message =
    config.generation === 'early-1.x'
      ? plain
      : {
          ...plain,
          refusal: null,
          tool_calls: request.calls.map(({ id, name, arguments: given }) => ({
            id,
            type: 'function',
            function: { name, arguments: given },
          })),
          [reasoningField]: reasoning === '' ? null : reasoning,
        };
  const choice = { index: 0, message, logprobs: null, finish_reason: plan.finishReason, stop_reason: plan.stopReason };
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(
    JSON.stringify({
      id: answerId(config),
      object: 'chat.completion',
      created: Math.floor(Date.now() / 1000),
      model: request.model,
      choices: [choice],
      usage: {
        ...usageOf(request, plan),
        ...(config.generation === 'early-1.x' ? {} : { prompt_tokens_details: null }),
      },
      prompt_logprobs: null,
    }),
  );
}

function usageOf(request: ChatRequest, plan: AnswerPlan) {
  const completion = plan.tokens.length;
  return {
    prompt_tokens: request.promptTokens,
    total_tokens: request.promptTokens + completion,
    completion_tokens: completion,
  };
}
