import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from '../nim/body.ts';
import { sendJson } from '../registry/replies.ts';
import { callerInfo, currentUser, organisations, requestStatus } from './account.ts';
import type { NgcBehaviour } from './behaviour.ts';
import type { Service } from './keys.ts';
import type { Repository } from './repositories.ts';
import { parseQuery, publicDetail, repositoryDetail, searchReply } from './search.ts';

export interface ApiParts {
  repositories: readonly Repository[];
  behaviour: NgcBehaviour;
  isRightKey: (key: string, service: Service) => boolean;
}

/** api.ngc.nvidia.com, as far as a catalogue needs it. */
export async function answerApi(parts: ApiParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://ngc');
  const path = url.pathname;
  if (path === '/v3/keys/get-caller-info' && request.method === 'POST') {
    answerCallerInfo(parts, new URLSearchParams(await readBody(request)), request, response);
    return;
  }
  if (request.method !== 'GET') {
    sendJson(response, 405, requestStatus('METHOD_NOT_ALLOWED', 'Method not allowed'));
    return;
  }
  const search = /^\/v2\/search\/catalog\/resources\/(\w+)$/.exec(path);
  if (search !== null) {
    answerSearch(parts, search[1] ?? '', url.searchParams.get('q'), response);
    return;
  }
  const open = /^\/v2\/repos\/(.+)$/.exec(path)?.[1];
  const gated = /^\/v2\/org\/([^/]+)(?:\/team\/([^/]+))?\/repos\/([^/]+)$/.exec(path);
  const needsKey = gated !== null || ['/v2/users/me', '/v2/orgs'].includes(path);
  if (needsKey && !isSignedIn(parts, request)) {
    sendJson(response, 401, requestStatus('UNAUTHORIZED', 'Invalid credentials'));
  } else if (path === '/v2/users/me') sendJson(response, 200, currentUser());
  else if (path === '/v2/orgs') sendJson(response, 200, organisations());
  else if (open !== undefined) answerRepository(parts, decodeURIComponent(open), publicDetail, response);
  else if (gated !== null) {
    const id = gated.slice(1).filter((part) => part !== undefined);
    answerRepository(parts, id.map(decodeURIComponent).join('/'), repositoryDetail, response);
  } else sendJson(response, 404, requestStatus('NOT_FOUND', 'Not found'));
}

const bearerOf = ({ headers }: IncomingMessage): string =>
  /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';

const isSignedIn = (parts: ApiParts, request: IncomingMessage): boolean => {
  const key = bearerOf(request);
  return parts.isRightKey(key, 'catalog') || parts.isRightKey(key, 'hosted');
};

/** One known client sends the key as Bearer too, another only in the form. */
function answerCallerInfo(
  { isRightKey }: ApiParts,
  form: URLSearchParams,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const key = form.get('credentials') ?? bearerOf(request);
  const rights = { isForCatalog: isRightKey(key, 'catalog'), isForHosted: isRightKey(key, 'hosted') };
  if (rights.isForCatalog || rights.isForHosted) sendJson(response, 200, callerInfo(rights));
  else sendJson(response, 401, requestStatus('UNAUTHORIZED', 'Invalid credentials'));
}

function answerSearch({ repositories }: ApiParts, type: string, q: string | null, response: ServerResponse): void {
  const query = parseQuery(q);
  if (query === null) {
    const problem = { type: 'about:blank', title: 'Bad Request', status: 400, detail: 'Failed to convert "q"' };
    sendJson(response, 400, problem, { 'content-type': 'application/problem+json' });
    return;
  }
  // Nothing but containers is in the shipped catalogue.
  sendJson(response, 200, searchReply(type === 'CONTAINER' ? repositories : [], query));
}

function answerRepository(
  { repositories, behaviour }: ApiParts,
  id: string,
  toBody: (repository: Repository) => object,
  response: ServerResponse,
): void {
  const found = repositories.find((repository) => repository.id === id);
  if (found === undefined) sendJson(response, 404, requestStatus('NOT_FOUND', 'Repository not found'));
  else if (found.isRestrictedInEu && behaviour.region === 'eu') response.writeHead(451, { 'content-length': 0 }).end();
  else sendJson(response, 200, toBody(found));
}
