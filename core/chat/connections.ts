import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Dispatcher } from 'undici';
import type { Json } from '../../shared/json.ts';

export type Headers = Readonly<Record<string, string>>;

/** Connections to models, one for each question. */
export interface Connections {
  /** @param onSend told when the request leaves, with the connection made: from then on its time is the server's */
  post(url: URL, body: Json, options: { signal: AbortSignal; headers?: Headers; onSend?: () => void }): Promise<Reply>;
  get(url: URL, options: { signal: AbortSignal; headers?: Headers }): Promise<Reply>;
  close(): Promise<void>;
}

export type Reply = Dispatcher.ResponseData;

/** Where undici says that it writes a request; its body is the very object that was given. */
const sendChannel = 'undici:client:sendHeaders';

const connectTimeoutMs = 10_000;
/** A start is over by then, and hardly anybody has asked something. */
const loadAfterMs = 3_000;

export function createConnections(): Connections {
  // 1.2 MB of JavaScript that a start does without.
  const load = async () => {
    const { Agent, request } = await import('undici');
    // A connection for each turn: a reused one may be half dead since the NIM restarted, and was seen to cost 45 ms of
    // time to first token on Docker Desktop (nim facts 4.3). No redirect is followed: a key must not travel on.
    const dispatcher = new Agent({ pipelining: 0, connect: { timeout: connectTimeoutMs } });
    return { request, dispatcher };
  };
  let loading: ReturnType<typeof load> | null = null;
  const loaded = () => {
    const present = (loading ??= load());
    // The next one tries again.
    present.catch(() => (loading = null));
    return present;
  };
  const leaving = new WeakMap<object, () => void>();
  const onSendHeaders = (message: unknown) => {
    const body = bodyOf(message);
    if (body !== null) leaving.get(body)?.();
  };
  subscribe(sendChannel, onSendHeaders);
  // Whoever asks is told what went wrong.
  const early = setTimeout(() => void loaded().catch(() => {}), loadAfterMs).unref();

  return {
    async post(url, body, { signal, headers, onSend }) {
      const { request, dispatcher } = await loaded();
      const bytes = Buffer.from(JSON.stringify(body));
      if (onSend !== undefined) leaving.set(bytes, onSend);
      return await request(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'text/event-stream, application/json', ...headers },
        body: bytes,
        dispatcher,
        signal,
        headersTimeout: 0,
        bodyTimeout: 0,
      });
    },
    async get(url, { signal, headers }) {
      const { request, dispatcher } = await loaded();
      return await request(url, {
        method: 'GET',
        headers: { accept: 'text/event-stream, application/json', ...headers },
        dispatcher,
        signal,
        headersTimeout: 0,
        bodyTimeout: 0,
      });
    },
    async close() {
      clearTimeout(early);
      unsubscribe(sendChannel, onSendHeaders);
      const { dispatcher } = (await loading) ?? {};
      await dispatcher?.destroy();
    },
  };
}

function bodyOf(message: unknown): object | null {
  if (typeof message !== 'object' || message === null || !('request' in message)) return null;
  const { request } = message;
  if (typeof request !== 'object' || request === null || !('body' in request)) return null;
  return typeof request.body === 'object' ? request.body : null;
}
