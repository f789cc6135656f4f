import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { callerInfo, requestStatus } from '../ngc/account.ts';
import type { Gate } from './gate.ts';
import { sendJson } from './replies.ts';
import { countKey, countRequest } from './state.ts';

/** The one call of api.ngc.nvidia.com that checks a key. */
export async function answerNgc(gate: Gate, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const seen = countRequest(gate.state, 'ngc', request);
  response.once('finish', () => (seen.status = response.statusCode));
  if (request.url !== '/v3/keys/get-caller-info' || request.method !== 'POST') {
    sendJson(response, 404, requestStatus('NOT_FOUND', 'Not found'));
    return;
  }
  // One known client sends the key as Bearer too, another only in the form.
  const form = new URLSearchParams(await text(request));
  const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const key = form.get('credentials') ?? bearer ?? '';
  countKey(gate.state, key);
  if (gate.config.keys.includes(key)) sendJson(response, 200, callerInfo());
  else sendJson(response, 401, requestStatus('UNAUTHORIZED', 'Invalid credentials'));
}
