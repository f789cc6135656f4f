import type { Dispatcher } from 'undici';
import { AppError, cancelled, isAppError } from '../../shared/errors.ts';
import type { Json } from '../../shared/json.ts';
import { systemCode } from '../lib/system-code.ts';
import type { Connections } from './connections.ts';
import { type Delta, parseChunk } from './openai.ts';
import { refusalOf } from './refusal.ts';
import { readEvents } from './sse.ts';

interface Question {
  url: URL;
  body: Json;
  connections: Connections;
  signal: AbortSignal;
}

/** Enough for any error body; what is longer is a page of HTML. */
const longestErrorBody = 64 * 1024;
const longestWholeReply = 16 * 1024 * 1024;

/**
 * The answer in parts, as they arrive, until the NIM says that it has ended. No time limit: a large model may think for
 * minutes before its first token, and only the user knows how long is too long.
 */
export async function* askNim(question: Question): AsyncGenerator<Delta, void, undefined> {
  const { signal } = question;
  const { statusCode, headers, body } = await send(question);
  const contentType = String(headers['content-type'] ?? '');
  // Destroying a body that has not ended is an error to undici; here it is the way to leave.
  body.on('error', () => {});
  try {
    if (statusCode !== 200) throw refusalOf(statusCode, contentType, await textOf(body, longestErrorBody));
    if (contentType.includes('json')) {
      const whole = parseChunk(await textOf(body, longestWholeReply));
      if (whole !== null) yield whole;
      return;
    }
    if (contentType.includes('html')) throw refusalOf(502, contentType, '');
    yield* readAnswer(body);
  } catch (error) {
    if (signal.aborted) throw cancelled();
    throw isAppError(error) ? error : broken(error);
  } finally {
    // Whoever leaves early leaves the GPU nothing to work for.
    body.destroy();
  }
}

async function* readAnswer(body: AsyncIterable<Uint8Array>): AsyncGenerator<Delta, void, undefined> {
  let isFinished = false;
  try {
    for await (const events of readEvents(body)) {
      for (const data of events) {
        const delta = parseChunk(data);
        if (delta === null) return;
        isFinished ||= delta.finishReason !== null;
        // One by one: what came before an error in the same chunk must not go with it.
        yield delta;
      }
    }
  } catch (error) {
    // The answer was whole; that its connection was then cut in place of being ended changes nothing.
    if (!isFinished || isAppError(error)) throw error;
    return;
  }
  if (!isFinished) throw broken(undefined);
}

async function send({ url, body, connections, signal }: Question): Promise<Dispatcher.ResponseData> {
  try {
    return await connections.post(url, body, signal);
  } catch (error) {
    if (signal.aborted) throw cancelled();
    const code = systemCode(error);
    if (code?.startsWith('HPE_') === true || code?.startsWith('UND_ERR_HEADERS') === true) {
      throw new AppError('REPLY_UNREADABLE', 'What answers there does not speak HTTP.', { code }, { cause: error });
    }
    // Refused while nothing listens, reset by the engine's port proxy while the container starts (nim facts 4.1).
    throw new AppError('NIM_NOT_READY', `The NIM does not answer at ${url.host}.`, { code }, { cause: error });
  }
}

async function textOf(body: AsyncIterable<Uint8Array>, limit: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length >= limit) break;
  }
  return text.slice(0, limit);
}

function broken(cause: unknown): AppError {
  const code = systemCode(cause);
  const detail = code === null ? undefined : { code };
  return new AppError('STREAM_BROKEN', 'The answer ended without its end.', detail, { cause });
}
