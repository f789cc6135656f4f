import type { ServerResponse } from 'node:http';
import { planAnswer } from '../nim/answer-plan.ts';
import { ConnectionReset, EngineDied, sendAnswer, streamAnswer } from '../nim/chat-answer.ts';
import { parseChatRequest } from '../nim/chat-request.ts';
import { readConfig } from '../nim/config.ts';
import { isRefusal } from '../nim/errors.ts';
import { readDirectives } from '../nim/prompt.ts';
import { refuseAs } from '../nim/refuse.ts';
import type { HostedModel } from './models.ts';
import { sendBadRequest } from './replies.ts';

export interface HostedChat {
  model: HostedModel;
  body: Record<string, unknown>;
  response: ServerResponse;
  speed: { ttftMs: number; tokensPerSecond: number };
  signal: AbortSignal;
}

/** In the words of the NIM stand-in, with what a hosted model does otherwise. */
export async function answerChat({ model, body, response, speed, signal }: HostedChat): Promise<void> {
  const config = readConfig(
    {
      NIMDECK_SANDBOX_MODEL: model.id,
      NIMDECK_SANDBOX_KIND: model.kind,
      NIMDECK_SANDBOX_REASONING: model.reasoning ?? 'reasoning_content',
      NIM_MAX_MODEL_LEN: String(model.contextTokens),
    },
    ['--enable-auto-tool-choice', '--tool-call-parser'],
  );
  const asked = parseChatRequest(JSON.stringify(body), config);
  if (isRefusal(asked)) return sendBadRequest(response, asked.message, model);
  const request = {
    ...asked,
    model: model.answersAs ?? asked.model,
    includeUsage: asked.includeUsage || model.saysUsage === true,
  };
  const refusal = readDirectives(asked.prompt).refusal;
  if (refusal !== null && refuseAs(refusal, response)) return;
  const plan = planAnswer(asked, config.maxModelLength, config.reasoning === 'think' ? 'think tags' : 'own field');
  const answer = { request, response, plan, config, speed, signal, onTokens: () => {} };
  try {
    await (request.isStream ? streamAnswer(answer) : sendAnswer(answer));
  } catch (error) {
    if (signal.aborted) return;
    if (error instanceof ConnectionReset) response.socket?.resetAndDestroy();
    else if (error instanceof EngineDied) sendDeath(response);
    else throw error;
  }
}

/** Once a stream has begun there is no status left to say it with. */
function sendDeath(response: ServerResponse): void {
  const body = JSON.stringify({ error: { message: 'Inference error', type: 'InternalServerError', code: 500 } });
  if (response.headersSent) response.end(`data: ${body}\n\ndata: [DONE]\n\n`);
  else response.writeHead(500, { 'content-type': 'application/json' }).end(body);
}
