import { createHmac } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { Gate } from './gate.ts';
import { isRecord } from './behaviour.ts';
import { denied, sendJson, termsNotAccepted, unauthorized, unsupported } from './replies.ts';
import { countRequest, type RequestKind, type SeenRequest } from './state.ts';
import { answerToken } from './token-endpoint.ts';
import { accessOf } from './tokens.ts';
import { askUpstream, endToEndHeaders } from './upstream.ts';

interface Route {
  kind: RequestKind;
  repository: string | null;
  digest: string | null;
}

function routeOf(path: string): Route {
  if (path === '/proxy_auth' || path === '/token') return { kind: 'token', repository: null, digest: null };
  if (path === '/v2' || path === '/v2/') return { kind: 'ping', repository: null, digest: null };
  const found = /^\/v2\/(.+)\/(manifests|blobs|tags)\/([^/]+)$/.exec(path);
  if (found === null) return { kind: 'other', repository: null, digest: null };
  const [, repository = '', what, last = ''] = found;
  if (what === 'blobs') return { kind: 'blob', repository, digest: last };
  return { kind: what === 'manifests' ? 'manifest' : 'tags', repository, digest: null };
}

/** What nvcr.io does at this address, in front of a plain registry. */
export async function answerRegistry(
  gate: Gate,
  request: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://gate');
  const route = routeOf(url.pathname);
  const seen = countRequest(gate.state, route.kind, request);
  response.once('finish', () => (seen.status = response.statusCode));

  if (route.kind === 'token') {
    answerToken(gate, request, response, url.searchParams);
    return;
  }
  if (!url.pathname.startsWith('/v2')) {
    sendJson(response, 404, {});
    return;
  }
  response.setHeader('docker-distribution-api-version', 'registry/2.0');
  if (isRefused(gate, route, request, response)) return;
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    sendJson(response, 405, unsupported);
  } else if (route.kind === 'ping') {
    sendJson(response, 200, {});
  } else if (route.kind === 'blob' && route.repository !== null && route.digest !== null) {
    response.writeHead(307, { location: blobLocation(gate, route.repository, route.digest), 'content-length': 0 });
    response.end();
  } else {
    await passOn(gate, route, url, { request, response, seen, signal });
  }
}

/** Answers 401, 403 or 412 itself; Basic on `/v2/` is always 401. */
function isRefused(gate: Gate, route: Route, request: IncomingMessage, response: ServerResponse): boolean {
  const { behaviour } = gate;
  const refuse = (error: string | null, body: object) => {
    const hasScope = behaviour.scopeInRealm && route.repository !== null;
    const query = hasScope ? `?scope=repository:${route.repository}:pull,push` : '';
    const realm = behaviour.realm ?? `http://${request.headers.host}/proxy_auth${query}`;
    const challenge = `Bearer realm="${realm}"${error === null ? '' : `,error="${error}"`}`;
    sendJson(response, 401, body, { 'www-authenticate': challenge });
    return true;
  };
  const token = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (token === undefined) return refuse(null, unauthorized);
  const check = gate.tokens.check(token, null);
  if (check === 'invalid') return refuse('invalid_token', unauthorized);
  if (route.repository === null) return false;

  const access = accessOf(route.repository, behaviour);
  if (access === 'forbidden' || access === 'unknown') return refuse('insufficient_scope', denied);
  if (access === 'terms') {
    sendJson(response, 412, termsNotAccepted);
    return true;
  }
  const isCovered = gate.tokens.check(token, route.repository) === 'valid';
  return isCovered ? false : refuse('insufficient_scope', unauthorized);
}

export function signBlob(gate: Gate, repository: string, digest: string): string {
  return createHmac('sha256', gate.secret).update(`${repository} ${digest}`).digest('hex');
}

function blobLocation(gate: Gate, repository: string, digest: string): string {
  return `http://${gate.blobAddress}/${repository}/${digest}?signature=${signBlob(gate, repository, digest)}`;
}

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  seen: SeenRequest;
  signal: AbortSignal;
}

async function passOn(gate: Gate, route: Route, url: URL, { request, response, signal }: Exchange) {
  const reply = await askUpstream(gate.config.upstream, url.pathname + url.search, request, signal);
  const status = reply.statusCode ?? 502;
  if (route.kind !== 'tags' || status !== 200) {
    response.writeHead(status, endToEndHeaders(reply));
    await pipeline(reply, response, { signal });
    return;
  }
  const list: unknown = JSON.parse((await buffer(reply)).toString('utf8'));
  const tags = isRecord(list) && Array.isArray(list.tags) ? list.tags : [];
  const shown = tags.filter((tag: unknown) => typeof tag === 'string' && !gate.behaviour.hiddenTags.includes(tag));
  sendJson(response, 200, { name: route.repository, tags: shown });
}
