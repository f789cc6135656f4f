import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, cancelled, isAppError } from '../../shared/errors.ts';
import type { Json } from '../../shared/json.ts';
import { systemCode } from '../lib/system-code.ts';
import type { Connections, Headers, Reply } from './connections.ts';
import { keyScrubber } from './key-scrubber.ts';
import { type Delta, parseChunk } from './openai.ts';
import { type Asker, nameOfAsker, refusalOf } from './refusal.ts';
import { readEvents } from './sse.ts';

/** Where a model is asked, and with what; the headers may hold a key. */
export interface Server {
  asker: Asker;
  /** Of the very endpoint. */
  url: URL;
  headers: Headers;
  /** Where an answer that takes longer is asked for again (ngc facts 5.4); null: nobody answers in that way. */
  statusUrl: ((requestId: string) => URL) | null;
}

export interface Question {
  server: Server;
  body: Json;
  connections: Connections;
  signal: AbortSignal;
  /** When the request went out, by `performance.now()`. */
  onSend?: (at: number) => void;
  /** What came back, as it came. */
  onHead?: (status: number, headers: Record<string, string>) => void;
  onText?: (text: string) => void;
}

/** A part of an answer, and when its bytes arrived, by `performance.now()`. */
export interface Arrived {
  delta: Delta;
  at: number;
}

/** Enough for any error body; what is longer is a page of HTML. */
const longestErrorBody = 64 * 1024;
const longestWholeReply = 64 * 1024 * 1024;

/**
 * The answer in parts, as they arrive, until the server says that it has ended. No time limit: a large model may think
 * for minutes before its first token, and only the user knows how long is too long.
 */
export async function* askModel(question: Question): AsyncGenerator<Arrived, void, undefined> {
  const { signal, server } = question;
  const reply = await openReply(question);
  const { body } = reply;
  try {
    const type = contentTypeOf(reply);
    if (reply.statusCode !== 200) throw await refusal(reply, question);
    if (type.includes('html')) throw refusalOf(server.asker === 'nim' ? 502 : 200, type, '', server.asker);
    if (type.includes('json') && !type.includes('event-stream')) {
      const text = await textOf(body, longestWholeReply);
      question.onText?.(text);
      const whole = parseChunk(text, server.asker);
      if (whole !== null) yield { delta: whole, at: performance.now() };
      return;
    }
    yield* readAnswer(body, question);
  } catch (error) {
    if (signal.aborted) throw cancelled();
    throw withoutKey(isAppError(error) ? error : broken(error), server);
  } finally {
    // Whoever leaves early leaves the GPU nothing to work for.
    body.destroy();
  }
}

/** SECURITY: failures are kept and shown, and a server may repeat in its refusal what it was sent. */
function withoutKey(error: AppError, { headers }: Server): AppError {
  const message = keyScrubber(headers)(error.message);
  return message === error.message ? error : new AppError(error.code, message, error.detail, { cause: error.cause });
}

/** One JSON reply as a whole: embeddings, rankings, lists. Throws what a refusal says. */
export async function askWhole(question: Question): Promise<{ text: string; sentAt: number; at: number }> {
  const { signal, server } = question;
  let sentAt = performance.now();
  const reply = await openReply({ ...question, onSend: (at) => (sentAt = at) });
  try {
    const type = contentTypeOf(reply);
    if (reply.statusCode !== 200) throw await refusal(reply, question);
    if (type.includes('html')) throw refusalOf(server.asker === 'nim' ? 502 : 200, type, '', server.asker);
    const text = await textOf(reply.body, longestWholeReply + 1);
    if (text.length > longestWholeReply) throw new AppError('REPLY_UNREADABLE', 'The reply is larger than 64 MB.');
    return { text, sentAt, at: performance.now() };
  } catch (error) {
    if (signal.aborted) throw cancelled();
    throw withoutKey(isAppError(error) ? error : broken(error), server);
  } finally {
    reply.body.destroy();
  }
}

async function* readAnswer(
  body: AsyncIterable<Uint8Array>,
  { server, onText }: Question,
): AsyncGenerator<Arrived, void, undefined> {
  let isFinished = false;
  try {
    for await (const events of readEvents(body, onText)) {
      const at = performance.now();
      for (const data of events) {
        const delta = parseChunk(data, server.asker);
        if (delta === null) return;
        isFinished ||= delta.finishReason !== null;
        // One by one: what came before an error in the same chunk must not go with it.
        yield { delta, at };
      }
    }
  } catch (error) {
    // The answer was whole; that its connection was then cut in place of being ended changes nothing.
    if (!isFinished || isAppError(error)) throw error;
    return;
  }
  if (!isFinished) throw broken(undefined);
}

/** The first reply that is an answer or a refusal: a cold hosted model is asked again until it has one. */
async function openReply(question: Question): Promise<Reply> {
  const { server, body, connections, signal, onSend, onHead } = question;
  const { headers, statusUrl } = server;
  const send = () => onSend?.(performance.now());
  let reply = await reach(server, signal, () => connections.post(server.url, body, { signal, headers, onSend: send }));
  for (let round = 0; reply.statusCode === 202 && statusUrl !== null; round += 1) {
    const id = requestIdOf(reply);
    if (id === null) break;
    reply.body.destroy();
    await sleep(Math.min(pollMs * 2 ** round, longestPollMs), undefined, { signal }).catch(() => {
      throw cancelled();
    });
    // The gateway may hold the question for as long as this says.
    const asking = { ...headers, 'nvcf-poll-seconds': String(pollSeconds) };
    reply = await reach(server, signal, () => connections.get(statusUrl(id), { signal, headers: asking }));
  }
  onHead?.(reply.statusCode, plainHeaders(reply));
  return reply;
}

const pollMs = 250;
const longestPollMs = 4_000;
const pollSeconds = 5;

/** Only what can be part of a path: it comes from outside. */
function requestIdOf({ headers }: Reply): string | null {
  const id = headers['nvcf-reqid'];
  return typeof id === 'string' && /^[\w-]{1,128}$/.test(id) ? id : null;
}

async function reach({ asker, url }: Server, signal: AbortSignal, send: () => Promise<Reply>): Promise<Reply> {
  try {
    const reply = await send();
    // Destroying a body that has not ended is an error to undici; here it is the way to leave.
    reply.body.on('error', () => {});
    return reply;
  } catch (error) {
    if (signal.aborted) throw cancelled();
    const code = systemCode(error);
    if (code?.startsWith('HPE_') === true || code?.startsWith('UND_ERR_HEADERS') === true) {
      throw new AppError('REPLY_UNREADABLE', 'What answers there does not speak HTTP.', { code }, { cause: error });
    }
    // Refused while nothing listens, reset by the engine's port proxy while the container starts (nim facts 4.1).
    const failure = asker === 'nim' ? 'NIM_NOT_READY' : (networkCodes[code ?? ''] ?? 'SERVER_UNAVAILABLE');
    throw new AppError(failure, `${nameOfAsker(asker)} does not answer at ${url.host}.`, { code }, { cause: error });
  }
}

const networkCodes: Readonly<Record<string, 'DNS_FAILED' | 'NETWORK_UNREACHABLE'>> = {
  ENOTFOUND: 'DNS_FAILED',
  EAI_AGAIN: 'DNS_FAILED',
  ENETUNREACH: 'NETWORK_UNREACHABLE',
  EHOSTUNREACH: 'NETWORK_UNREACHABLE',
  UND_ERR_CONNECT_TIMEOUT: 'NETWORK_UNREACHABLE',
};

async function refusal(reply: Reply, { server, onText }: Question): Promise<AppError> {
  const text = await textOf(reply.body, longestErrorBody);
  onText?.(text);
  const failure = refusalOf(reply.statusCode, contentTypeOf(reply), text, server.asker);
  const id = requestIdOf(reply);
  // Support asks for it (ngc facts 5.4).
  return id === null
    ? failure
    : new AppError(failure.code, failure.message, { ...failure.detail, requestId: id }, { cause: failure });
}

const contentTypeOf = ({ headers }: Reply) => String(headers['content-type'] ?? '');

function plainHeaders({ headers }: Reply): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  );
}

async function textOf(body: AsyncIterable<Uint8Array>, limit: number): Promise<string> {
  const decoder = new TextDecoder();
  const parts: string[] = [];
  let length = 0;
  for await (const chunk of body) {
    const text = decoder.decode(chunk, { stream: true });
    parts.push(text);
    length += text.length;
    if (length >= limit) break;
  }
  return parts.join('').slice(0, limit);
}

function broken(cause: unknown): AppError {
  const code = systemCode(cause);
  const detail = code === null ? undefined : { code };
  return new AppError('STREAM_BROKEN', 'The server ended the answer before it was complete.', detail, { cause });
}
