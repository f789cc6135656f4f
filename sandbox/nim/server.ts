import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { readBody } from './body.ts';
import { parseChatRequest } from './chat-request.ts';
import { serveChat, type ChatHost } from './chat.ts';
import type { NimConfig } from './config.ts';
import { applyCors } from './cors.ts';
import type { managementBodies } from './endpoints.ts';
import { badGatewayPage, engineIsDead, errorBody, isRefusal, unhealthyBody } from './errors.ts';
import type { ContainerLog } from './log.ts';
import { type NimControl, parseControl } from './state.ts';
import { embed, rank } from './vectors.ts';

export interface NimServer extends ChatHost {
  log: ContainerLog;
  bodies: ReturnType<typeof managementBodies>;
  control: (change: NimControl) => void;
}

/** The proxy and, behind it once it is up, the engine's own server. */
export function createNimServer(nim: NimServer): Server {
  return createServer((request, response) => {
    answer(nim, request, response).catch((error: unknown) => {
      // Only a connection that broke while its body was read comes here, or a mistake of ours: seen either way.
      if (!request.destroyed) nim.log.err(`${String(error)}\n`);
      response.destroy();
    });
  });
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response.setHeader('content-length', bytes.length);
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(bytes);
}

async function answer(nim: NimServer, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname: path } = new URL(request.url ?? '/', 'http://nim');
  const method = request.method ?? 'GET';
  if (path.startsWith('/__sandbox/')) {
    await answerSandbox(nim, path, request, response);
    return;
  }
  logWhenDone(nim, method, path, request, response);
  response.setHeader('Server', 'nginx/1.24.0 (Ubuntu)');
  applyCors(request, response, nim.config.cors);
  const { condition } = nim.state;

  if (method === 'OPTIONS') {
    response.writeHead(204);
    response.end();
  } else if (path === '/v1/health/live') {
    sendJson(response, 200, nim.bodies.live);
  } else if (condition === 'loading') {
    response.setHeader('content-length', badGatewayPage.length);
    response.writeHead(502, { 'content-type': 'text/html' });
    response.end(badGatewayPage);
  } else if (path === '/v1/health/ready') {
    sendJson(response, condition === 'ready' ? 200 : 503, condition === 'ready' ? nim.bodies.ready : unhealthyBody);
  } else if (path in posted(nim)) {
    await posted(nim)[path]?.(nim, method, request, response);
  } else if (method !== 'GET' && method !== 'HEAD') {
    sendJson(response, path in pages ? 405 : 404, { detail: path in pages ? 'Method Not Allowed' : 'Not Found' });
  } else if (path === '/health') {
    response.writeHead(condition === 'ready' ? 200 : 503);
    response.end();
  } else if (path === '/v1/metrics' || path === '/metrics') {
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
    response.end(nim.metrics.render({ running: nim.state.running, cachedTokens: nim.cachedTokens.count }));
  } else {
    const page = pages[path];
    if (page === undefined) sendJson(response, 404, { detail: 'Not Found' });
    else sendJson(response, 200, nim.bodies[page]);
  }
}

const pages: Readonly<Record<string, 'version' | 'models' | 'metadata' | 'manifest' | 'license'>> = {
  '/v1/version': 'version',
  '/v1/models': 'models',
  '/v1/metadata': 'metadata',
  '/v1/manifest': 'manifest',
  '/v1/license': 'license',
};

type Answering = (nim: NimServer, method: string, request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** What a NIM of its kind answers; the others are not there. */
function posted({ config }: NimServer): Readonly<Record<string, Answering>> {
  if (config.kind === 'embedding') return { '/v1/embeddings': answerWith(embed) };
  if (config.kind === 'rerank') return { '/v1/ranking': answerWith(rank) };
  return { '/v1/chat/completions': answerChat };
}

/** A reply that is there at once. */
function answerWith(work: (text: string, config: NimConfig) => object): Answering {
  return async (nim, method, request, response) => {
    if (method !== 'POST') return sendJson(response, 405, { detail: 'Method Not Allowed' });
    const reply = nim.state.condition === 'unhealthy' ? engineIsDead() : work(await readBody(request), nim.config);
    nim.state.requests += 1;
    if (isRefusal(reply)) return sendJson(response, reply.status, errorBody(reply, nim.config.errorShape));
    nim.state.finished += 1;
    sendJson(response, 200, reply);
  };
}

async function answerChat(nim: NimServer, method: string, request: IncomingMessage, response: ServerResponse) {
  if (method !== 'POST') {
    sendJson(response, 405, { detail: 'Method Not Allowed' });
    return;
  }
  const chat = parseChatRequest(await readBody(request), nim.config);
  const refusal = nim.state.condition === 'unhealthy' ? engineIsDead() : chat;
  if (isRefusal(refusal)) sendJson(response, refusal.status, errorBody(refusal, nim.config.errorShape));
  else await serveChat(refusal, response, nim);
}

async function answerSandbox(nim: NimServer, path: string, request: IncomingMessage, response: ServerResponse) {
  if (path === '/__sandbox/state') {
    sendJson(response, 200, nim.state);
  } else if (path === '/__sandbox/control' && request.method === 'POST') {
    const change = parseControl(await readBody(request));
    if (change === null) {
      sendJson(response, 400, { message: 'not a control' });
      return;
    }
    response.on('finish', () => nim.control(change));
    sendJson(response, 200, {});
  } else {
    sendJson(response, 404, { detail: 'Not Found' });
  }
}

/** Whose line is printed is as captured: liveness by the proxy, the rest by the API server, readiness as `/health`. */
function logWhenDone(nim: NimServer, method: string, path: string, request: IncomingMessage, response: ServerResponse) {
  const address = request.socket.remoteAddress?.replace('::ffff:', '') ?? '-';
  const agent = request.headers['user-agent'] ?? '-';
  response.once('close', () => {
    if (!response.headersSent) return;
    const status = response.statusCode;
    nim.metrics.countHttp(path, method, status);
    if (path === '/v1/health/live' || status === 502) {
      const bytes = Number(response.getHeader('content-length') ?? 0);
      nim.log.proxyAccess(address, method, path, status, bytes, agent);
    } else if (path === '/v1/health/ready') {
      nim.log.access('127.0.0.1:52562', method, '/health', status);
    } else {
      nim.log.access(`${address}:0`, method, path === '/v1/metrics' ? '/metrics' : path, status);
    }
  });
}
