import type { ServerResponse } from 'node:http';
import { planAnswer } from './answer-plan.ts';
import type { ChatRequest } from './chat-request.ts';
import type { NimConfig } from './config.ts';
import { engineIsDead, errorBody } from './errors.ts';
import type { FinishedReason, NimMetrics } from './metrics.ts';
import { ConnectionReset, EngineDied, sendAnswer, streamAnswer } from './chat-answer.ts';
import { refuseAs } from './refuse.ts';
import type { NimState, ServedRecord } from './state.ts';

export interface ChatHost {
  config: NimConfig;
  /** Can be changed while running. */
  speed: { ttftMs: number; tokensPerSecond: number };
  state: NimState;
  metrics: NimMetrics;
  /** Tokens held for the requests that run now. */
  cachedTokens: { count: number };
  onRunning: (count: number) => void;
  /** Each running answer's end from outside: the engine died, or connections are to be reset. */
  running: Set<(how: 'engine dead' | 'reset') => void>;
  onFinished: () => void;
  /** What others leave of the GPUs. */
  share?: (() => number) | undefined;
}

/** Serves one accepted request to its end, whoever ends it. */
export async function serveChat(request: ChatRequest, response: ServerResponse, host: ChatHost): Promise<void> {
  const { config, state, metrics } = host;
  const reasoningAs = config.reasoning === 'think' ? 'think tags' : 'own field';
  const plan = planAnswer(request, config.maxModelLength, reasoningAs, config.reasons);
  const { refusal } = plan.directives;
  if (refusal !== null && refuseAs(refusal, response)) return;
  const ended = new AbortController();
  const startedAt = performance.now();
  const progress = { tokens: 0, ttftSeconds: null as number | null, lastSeconds: 0 };
  let reason: FinishedReason = plan.finishReason === 'tool_calls' ? 'stop' : plan.finishReason;

  const onClose = () => ended.abort();
  const onEnd = (how: 'engine dead' | 'reset') =>
    ended.abort(how === 'reset' ? new ConnectionReset() : new EngineDied());
  response.on('close', onClose);
  host.running.add(onEnd);
  state.requests += 1;
  state.running += 1;
  host.onRunning(state.running);
  host.cachedTokens.count += request.promptTokens;
  metrics.prompted(request.promptTokens);

  const onTokens = (count: number) => {
    progress.lastSeconds = (performance.now() - startedAt) / 1000;
    progress.ttftSeconds ??= progress.lastSeconds;
    progress.tokens += count;
    state.tokens += count;
    host.cachedTokens.count += count;
    metrics.generated(count);
  };
  try {
    const answer = {
      request,
      response,
      plan,
      config,
      speed: host.speed,
      signal: ended.signal,
      onTokens,
      share: host.share,
    };
    await (request.isStream ? streamAnswer(answer) : sendAnswer(answer));
    state.finished += 1;
  } catch (error) {
    const why: unknown = ended.signal.aborted ? ended.signal.reason : error;
    reason = why instanceof EngineDied || why instanceof ConnectionReset ? 'error' : 'abort';
    if (why instanceof ConnectionReset) response.socket?.resetAndDestroy();
    else if (why instanceof EngineDied) sendDeath(request, response, config);
    else if (ended.signal.aborted) state.aborted += 1;
    else throw error;
  } finally {
    response.off('close', onClose);
    host.running.delete(onEnd);
    state.running -= 1;
    host.onRunning(state.running);
    host.cachedTokens.count -= request.promptTokens + progress.tokens;
    state.record = [...state.record, recordOf(reason, request, progress)].slice(-50);
    const maxTokens = request.maxTokens ?? config.maxModelLength - request.promptTokens;
    metrics.served({
      reason,
      promptTokens: request.promptTokens,
      completionTokens: progress.tokens,
      maxTokens,
      ttftSeconds: progress.ttftSeconds,
      totalSeconds: (performance.now() - startedAt) / 1000,
    });
  }
  host.onFinished();
}

function recordOf(
  reason: FinishedReason,
  { promptTokens }: ChatRequest,
  { tokens, ttftSeconds, lastSeconds }: { tokens: number; ttftSeconds: number | null; lastSeconds: number },
): ServedRecord {
  const after = ttftSeconds === null ? 0 : lastSeconds - ttftSeconds;
  return {
    reason,
    promptTokens,
    completionTokens: tokens,
    ttftMs: ttftSeconds === null ? null : ttftSeconds * 1000,
    tokensPerSecond: tokens < 2 || after <= 0 ? null : (tokens - 1) / after,
  };
}

/** Once a stream has begun there is no status left to say it with: an error object comes as one more event. */
function sendDeath(request: ChatRequest, response: ServerResponse, config: NimConfig): void {
  const body = JSON.stringify(errorBody(engineIsDead(), config.errorShape));
  if (request.isStream) {
    response.end(`data: ${body}\n\ndata: [DONE]\n\n`);
    return;
  }
  response.writeHead(500, { 'content-type': 'application/json' });
  response.end(body);
}
