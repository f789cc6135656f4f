import type { IncomingMessage, ServerResponse } from 'node:http';
import type { NimConfig } from './config.ts';

/** Sets what the proxy of a 2.x NIM answers other web origins; by default any of them may read everything. */
export function applyCors(request: IncomingMessage, response: ServerResponse, cors: NimConfig['cors']): void {
  const allowed = new Set(cors.origins.split(',').map((origin) => origin.trim()));
  const { origin } = request.headers;
  if (allowed.has('*')) {
    response.setHeader('Access-Control-Allow-Origin', '*');
  } else {
    response.setHeader('Vary', 'Origin');
    if (origin === undefined || !allowed.has(origin)) return;
    response.setHeader('Access-Control-Allow-Origin', origin);
  }
  if (cors.exposed !== null) response.setHeader('Access-Control-Expose-Headers', cors.exposed);
  if (request.method !== 'OPTIONS') return;
  response.setHeader('Access-Control-Allow-Methods', cors.methods);
  response.setHeader('Access-Control-Allow-Headers', cors.headers);
  if (cors.maxAge !== null) response.setHeader('Access-Control-Max-Age', cors.maxAge);
}
