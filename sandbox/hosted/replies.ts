import type { ServerResponse } from 'node:http';
import { sendJson } from '../registry/replies.ts';
import type { HostedModel } from './models.ts';

// The bodies of ngc facts 5.3, word for word where one was recorded.

const problem = { 'content-type': 'application/problem+json' };

/** No key, or one that does not look like one. */
export const sendNotAKey = (response: ServerResponse) => sendJson(response, 401, { detail: 'Authentication failed' });

/** Wrong, expired, revoked, or without Public API Endpoints. */
export const sendRefusedKey = (response: ServerResponse) =>
  sendJson(response, 403, { status: 403, title: 'Forbidden', detail: 'Authorization failed' }, problem);

export const sendRateLimited = (response: ServerResponse) =>
  sendJson(response, 429, { status: 429, title: 'Too Many Requests' });

/** Nobody has recorded one: the shape is that of its neighbours. */
export const sendOutOfCredits = (response: ServerResponse) =>
  sendJson(response, 402, { status: 402, title: 'Payment Required', detail: 'Credits exhausted' }, problem);

export const sendRetired = (response: ServerResponse, { id }: HostedModel, retiredAt: string) =>
  sendJson(response, 410, {
    type: 'about:blank',
    title: 'Gone',
    status: 410,
    detail: `The model '${id}' has reached its end of life on ${retiredAt} and is no longer available.`,
  });

export const sendNotForAccount = (response: ServerResponse) =>
  sendJson(response, 404, {
    status: 404,
    title: 'Not Found',
    detail:
      "Function '5a1d0000-0000-4000-8000-000000000001': Not found for account 'practice-account-that-owns-nothing'",
  });

export function sendUnknownModel(response: ServerResponse): void {
  sendText(response, 404, '404 page not found\n');
}

export function sendText(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}

/** Two shapes, by the engine behind the model. */
export function sendBadRequest(response: ServerResponse, message: string, { errorShape }: HostedModel): void {
  const nested = { error: { message, type: 'BadRequestError', param: null, code: 400 } };
  sendJson(response, 400, errorShape === 'flat' ? { error: message } : nested);
}
