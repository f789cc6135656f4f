import { AppError, isAppError } from '../../shared/errors.ts';
import { isLoopbackHost } from '../lib/loopback.ts';
import { systemCode } from '../lib/system-code.ts';

/** A token or manifest request takes well under a second; a proxy that swallows it must not hold a pull's numbers up. */
const timeLimitMs = 10_000;
/** A manifest of 127 layers is about 30 kB, an index with attestations less. */
const largestReply = 4 * 1024 * 1024;
const mostRedirects = 3;

interface RegistryRequest {
  method?: 'GET' | 'HEAD';
  headers?: Record<string, string>;
  signal: AbortSignal;
}

/**
 * One request to a registry or its token server. Redirects are followed here, not by fetch: wherever they lead, they
 * get no Authorization header (a signed storage address needs none, and nobody else may see it).
 */
export async function askRegistry(address: URL, request: RegistryRequest): Promise<Response> {
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(timeLimitMs)]);
  let target = address;
  let headers = request.headers ?? {};
  for (let redirects = 0; redirects <= mostRedirects; redirects += 1) {
    const answer = await fetch(target, { method: request.method ?? 'GET', headers, signal, redirect: 'manual' });
    const location = answer.headers.get('location');
    if (answer.status < 300 || answer.status > 399 || location === null) return answer;
    await answer.body?.cancel();
    target = safeRedirect(location, target);
    const { authorization: _dropped, ...others } = headers;
    headers = others;
  }
  throw new AppError('PROXY_PAGE', `${address.host} leads from one address to the next without end.`);
}

/** Reads with a limit; a web page where JSON should be is a proxy's. */
export async function readJson(answer: Response): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer.body ?? []) {
    size += chunk.byteLength;
    if (size > largestReply) throw new AppError('NGC_REPLY_UNREADABLE', 'The answer is far too long.');
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    const isPage = /^\s*<|text\/html/i.test(`${text.slice(0, 200)} ${answer.headers.get('content-type') ?? ''}`);
    const host = new URL(answer.url).host;
    if (isPage) throw new AppError('PROXY_PAGE', `A web page came where ${host} should have answered.`);
    throw new AppError('NGC_REPLY_UNREADABLE', `The answer of ${host} is not JSON.`);
  }
}

/** A failed fetch as our error. Its message holds no address, so no key and no token. */
export function registryError(error: unknown, about: string): AppError {
  if (isAppError(error)) return error;
  const code = networkCode(error);
  const message = `No answer about ${about}: ${code ?? 'the connection failed'}.`;
  const isName = code === 'ENOTFOUND' || code === 'EAI_AGAIN';
  const isCertificate = code !== null && /CERT|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code);
  return new AppError(isName ? 'DNS_FAILED' : isCertificate ? 'PROXY_PAGE' : 'NGC_UNREACHABLE', message, undefined, {
    cause: error,
  });
}

/** fetch hides the system's code behind `fetch failed`: it is in the cause, or in the first of several. */
function networkCode(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if (error.name === 'TimeoutError') return 'the time limit passed';
  const code = systemCode(error);
  if (code !== null) return code;
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : error.cause;
  return networkCode(inner);
}

function safeRedirect(location: string, from: URL): URL {
  const target = URL.canParse(location, from.href) ? new URL(location, from) : null;
  const isSafe = target !== null && (target.protocol === 'https:' || isLoopbackHost(target.hostname));
  if (!isSafe) throw new AppError('PROXY_PAGE', `${from.host} leads to an address that is not safe.`);
  return target;
}
