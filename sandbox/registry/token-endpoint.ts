import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Gate } from './gate.ts';
import { denied, paymentRequired, sendJson, unauthorized, unsupported } from './replies.ts';
import { countKey } from './state.ts';
import { accessOf, scopedRepositories } from './tokens.ts';

/** The key of `Basic $oauthtoken:KEY`; the empty text where there is something else. */
export function keyOf(authorization: string): string {
  const encoded = /^Basic (.+)$/i.exec(authorization)?.[1] ?? '';
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  return text.startsWith('$oauthtoken:') ? text.slice('$oauthtoken:'.length) : '';
}

/** `/proxy_auth` and `/token`. A key that is refused is refused for public repositories too. */
export function answerToken(
  gate: Gate,
  request: IncomingMessage,
  response: ServerResponse,
  query: URLSearchParams,
): void {
  const { behaviour, state } = gate;
  const refuse = (status: number, body: object) => {
    state.tokens.refused += 1;
    sendJson(response, status, body);
  };
  // Newer engines try OAuth's POST first and fall back to GET on this status.
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405, unsupported);

  const { authorization } = request.headers;
  const repositories = scopedRepositories(query);
  const isSignedIn = authorization !== undefined;
  if (isSignedIn) {
    const key = keyOf(authorization);
    countKey(state, key);
    if (!gate.config.keys.includes(key)) {
      return refuse(behaviour.wrongKeyStatus, behaviour.wrongKeyStatus === 401 ? unauthorized : denied);
    }
  }
  for (const repository of repositories) {
    const access = accessOf(repository, behaviour);
    if (access === 'public') continue;
    if (!isSignedIn) return refuse(401, unauthorized);
    if (access === 'unpaid') return refuse(402, paymentRequired);
    if ((access === 'forbidden' || access === 'unknown') && behaviour.deniedAt === 'token') return refuse(403, denied);
  }
  state.tokens[isSignedIn ? 'signedIn' : 'anonymous'] += 1;
  sendJson(response, 200, {
    token: gate.tokens.issue(repositories, behaviour),
    expires_in: behaviour.tokenSeconds,
  });
}
