import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { readBody } from '../nim/body.ts';
import type { Service } from '../ngc/keys.ts';
import { isRecord } from '../registry/behaviour.ts';
import { createListener } from '../registry/listener.ts';
import { sendHtmlPage, sendJson } from '../registry/replies.ts';
import { answerChat } from './answer-chat.ts';
import { type HostedBehaviour, usualBehaviour } from './behaviour.ts';
import { answerEmbeddings, answerRanking } from './embeddings.ts';
import { type HostedModel, hostedModels, modelList } from './models.ts';
import {
  sendBadRequest,
  sendNotAKey,
  sendNotForAccount,
  sendOutOfCredits,
  sendRateLimited,
  sendRefusedKey,
  sendRetired,
  sendText,
  sendUnknownModel,
} from './replies.ts';

export interface HostedOptions {
  isRightKey: (key: string, service: Service) => boolean;
  behaviour?: Partial<HostedBehaviour>;
  now?: () => number;
}

export interface SandboxHosted {
  /** Addresses by the host that each stands in for. */
  readonly hosts: Readonly<Record<string, string>>;
  behaviour: () => HostedBehaviour;
  /** From the next request on. */
  provoke(change: Partial<HostedBehaviour>): void;
  close(): Promise<void>;
}

/** A request that came too early: a cold model's, answered when it is asked for again. */
interface Waiting {
  polls: number;
  model: HostedModel;
  body: Record<string, unknown>;
  path: string;
}

/** How many of them are remembered. */
const mostWaiting = 100;

/** The API of integrate.api.nvidia.com in small, on loopback. */
export async function startHosted({
  isRightKey,
  behaviour: wished = {},
  now = Date.now,
}: HostedOptions): Promise<SandboxHosted> {
  const behaviour = { ...usualBehaviour, ...wished };
  const seen = new Map<string, number[]>();
  const waiting = new Map<string, Waiting>();

  async function answer(request: IncomingMessage, response: ServerResponse, signal: AbortSignal): Promise<void> {
    if (behaviour.delayMs > 0) await sleep(behaviour.delayMs, undefined, { signal });
    if (behaviour.failure === 'proxy-page') return sendHtmlPage(response, 200);
    if (behaviour.failure === 'bad-gateway')
      return sendText(response, 502, 'upstream connect error or disconnect/reset before headers');
    if (behaviour.failure === 'empty') return void response.writeHead(500, { 'content-length': 0 }).end();

    const { pathname: path } = new URL(request.url ?? '/', 'http://hosted');
    if (request.method === 'GET' && path === '/v1/models') return sendJson(response, 200, modelList());
    const one = /^\/v1\/models\/(.+)$/.exec(path)?.[1];
    if (request.method === 'GET' && one !== undefined) return sendModel(decodeURIComponent(one), response);
    const poll = /^\/v2\/nvcf\/pexec\/status\/([\w-]+)$/.exec(path)?.[1];
    const isInference = path === '/v1/chat/completions' || path === '/v1/embeddings' || rankedModel(path) !== undefined;
    if (poll === undefined && !isInference) return sendUnknownModel(response);
    if (!isLetIn(request, response, poll === undefined)) return;
    if (poll !== undefined) return answerPoll(poll, response, signal);
    if (request.method !== 'POST') return sendText(response, 405, 'Method Not Allowed\n');
    await answerRequest(path, await readBody(request), response, signal);
  }

  /** Key, rate and credits, in this order. */
  function isLetIn({ headers }: IncomingMessage, response: ServerResponse, isCounted: boolean): boolean {
    const key = /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
    if (!key.startsWith('nvapi-')) {
      sendNotAKey(response);
      return false;
    }
    if (!isRightKey(key, 'hosted')) {
      sendRefusedKey(response);
      return false;
    }
    if (!isCounted) return true;
    const lately = (seen.get(key) ?? []).filter((at) => now() - at < 60_000);
    seen.set(key, lately);
    if (lately.length >= behaviour.requestsPerMinute) {
      sendRateLimited(response);
      return false;
    }
    lately.push(now());
    if (behaviour.credits === 0) {
      sendOutOfCredits(response);
      return false;
    }
    if (behaviour.credits !== null) behaviour.credits -= 1;
    return true;
  }

  async function answerRequest(
    path: string,
    text: string,
    response: ServerResponse,
    signal: AbortSignal,
  ): Promise<void> {
    const body = parseBody(text);
    // A body that cannot be read is answered in the range of 500 (ngc facts 5.3).
    if (body === null) return sendText(response, 500, 'Internal Server Error\n');
    const model = rankedModel(path) ?? hostedModels.find(({ id }) => id === body['model']);
    if (model === undefined) return sendUnknownModel(response);
    if (model.retiredAt !== undefined) return sendRetired(response, model, model.retiredAt);
    if (model.isForOthers) return sendNotForAccount(response);
    if (model.isCold && behaviour.coldPolls > 0) return beginWaiting({ polls: 0, model, body, path }, response);
    await answerNow(path, model, body, response, signal);
  }

  function beginWaiting(request: Waiting, response: ServerResponse): void {
    const id = randomUUID();
    waiting.set(id, request);
    for (const old of waiting.keys()) {
      if (waiting.size <= mostWaiting) break;
      waiting.delete(old);
    }
    sendPending(id, response);
  }

  async function answerPoll(id: string, response: ServerResponse, signal: AbortSignal): Promise<void> {
    const request = waiting.get(id);
    if (request === undefined) return sendNotForAccount(response);
    request.polls += 1;
    if (request.polls < behaviour.coldPolls) return sendPending(id, response);
    waiting.delete(id);
    response.setHeader('nvcf-reqid', id);
    await answerNow(request.path, request.model, request.body, response, signal);
  }

  async function answerNow(
    path: string,
    model: HostedModel,
    body: Record<string, unknown>,
    response: ServerResponse,
    signal: AbortSignal,
  ): Promise<void> {
    if (!response.hasHeader('nvcf-reqid')) response.setHeader('nvcf-reqid', randomUUID());
    response.setHeader('nvcf-status', 'fulfilled');
    const isChat = path === '/v1/chat/completions';
    const isRanking = path.startsWith('/v1/retrieval/');
    if (isChat !== (model.kind === 'chat' || model.kind === 'vision') || isRanking !== (model.kind === 'rerank'))
      sendBadRequest(response, `${model.id} does not serve ${path}`, model);
    else if (isRanking) answerRanking(model, body, response);
    else if (isChat) await answerChat({ model, body, response, speed: behaviour, signal });
    else answerEmbeddings(model, body, response);
  }

  const listener = createListener(answer);
  await listener.open('127.0.0.1', 0);
  const address = `http://${listener.address()}`;
  return {
    hosts: { 'integrate.api.nvidia.com': address, 'ai.api.nvidia.com': address, 'api.nvcf.nvidia.com': address },
    behaviour: () => ({ ...behaviour }),
    provoke(change) {
      Object.assign(behaviour, change);
    },
    async close() {
      listener.close();
    },
  };
}

/** Each reranker has an address of its own (ngc facts 5.1). */
function rankedModel(path: string): HostedModel | undefined {
  const name = /^\/v1\/retrieval\/nvidia\/([^/]+)\/reranking$/.exec(path)?.[1];
  if (name === undefined) return undefined;
  return hostedModels.find(({ id, kind }) => kind === 'rerank' && id.split('/').at(-1)?.replaceAll('.', '_') === name);
}

function sendModel(id: string, response: ServerResponse): void {
  const row = modelList().data.find((model) => model.id === id);
  if (row === undefined) sendUnknownModel(response);
  else sendJson(response, 200, row);
}

function sendPending(id: string, response: ServerResponse): void {
  response.writeHead(202, { 'nvcf-reqid': id, 'nvcf-status': 'pending-evaluation', 'content-length': 0 });
  response.end();
}

function parseBody(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}
