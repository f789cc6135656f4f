import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export type RequestKind = 'ping' | 'token' | 'manifest' | 'tags' | 'blob' | 'blob-host' | 'ngc' | 'other';
export type AuthorizationKind = 'none' | 'basic' | 'bearer' | 'other';

export interface SeenRequest {
  kind: RequestKind;
  method: string;
  /** Without its query. */
  path: string;
  authorization: AuthorizationKind;
  /** 0 while it is open, and where the connection broke before an answer. */
  status: number;
  /** The bytes of the body that were sent; of blobs only. */
  bytes: number;
  range: string | null;
}

/** `GET /__sandbox/state` of the control port. Keys and tokens are in no part of it. */
export interface GateState {
  isStalled: boolean;
  /** Nothing listens. */
  isDown: boolean;
  requests: Record<RequestKind, number>;
  authorization: Record<AuthorizationKind, number>;
  tokens: { signedIn: number; anonymous: number; refused: number };
  /** SHA-256 of each key that was tried, in the order of their first use. */
  keysTried: string[];
  /** Of blobs, sent. */
  bytes: number;
  openBlobs: number;
  /** The last of them. */
  seen: SeenRequest[];
}

/** Enough for a pull of dozens of layers with its tokens. */
const maxSeen = 1000;

export function emptyState(): GateState {
  return {
    isStalled: false,
    isDown: false,
    requests: { ping: 0, token: 0, manifest: 0, tags: 0, blob: 0, 'blob-host': 0, ngc: 0, other: 0 },
    authorization: { none: 0, basic: 0, bearer: 0, other: 0 },
    tokens: { signedIn: 0, anonymous: 0, refused: 0 },
    keysTried: [],
    bytes: 0,
    openBlobs: 0,
    seen: [],
  };
}

export function authorizationKind(header: string | undefined): AuthorizationKind {
  if (header === undefined) return 'none';
  const scheme = header.split(' ')[0]?.toLowerCase();
  return scheme === 'basic' || scheme === 'bearer' ? scheme : 'other';
}

export function countRequest(state: GateState, kind: RequestKind, request: IncomingMessage): SeenRequest {
  const authorization = authorizationKind(request.headers.authorization);
  state.requests[kind] += 1;
  state.authorization[authorization] += 1;
  const seen: SeenRequest = {
    kind,
    method: request.method ?? 'GET',
    path: (request.url ?? '/').split('?')[0] ?? '/',
    authorization,
    status: 0,
    bytes: 0,
    range: request.headers.range ?? null,
  };
  state.seen.push(seen);
  if (state.seen.length > maxSeen) state.seen.shift();
  return seen;
}

export function countKey(state: GateState, key: string): void {
  const hash = createHash('sha256').update(key).digest('hex');
  if (!state.keysTried.includes(hash)) state.keysTried.push(hash);
}
