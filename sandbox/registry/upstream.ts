import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';

const agent = new Agent({ keepAlive: true });

/** Only what decides about the answer: our caller's credential never goes on. */
const passedOn = ['accept', 'range', 'if-range', 'if-none-match', 'user-agent'];

/** Asks the registry behind for the same. */
export function askUpstream(
  upstream: URL,
  path: string,
  request: IncomingMessage,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const headers = Object.fromEntries(
    passedOn.map((name) => [name, request.headers[name]] as const).filter(([, value]) => value !== undefined),
  );
  httpRequest(new URL(path, upstream), { method: request.method ?? 'GET', headers, agent, signal })
    .once('response', resolve)
    .once('error', reject)
    .end();
  return promise;
}

const hopByHop = new Set(['connection', 'keep-alive', 'transfer-encoding', 'www-authenticate']);

export function endToEndHeaders(reply: IncomingMessage): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(reply.headers).flatMap(([name, value]) =>
      value === undefined || hopByHop.has(name) ? [] : [[name, value] as const],
    ),
  );
}
