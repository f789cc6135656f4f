import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that the test answers, when and how it wants. */
export interface Asked {
  url: string;
  body: string;
  response: ServerResponse;
  /** Resolves when the other side has closed its connection, and when the answer has ended. */
  closed: Promise<void>;
  /** Resolves when the bytes have left this process. */
  write(chunk: string | Uint8Array): Promise<void>;
  reset(): void;
}

export interface ScriptedServer extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  address: string;
  /** The next request that nobody has taken yet. */
  next(): Promise<Asked>;
}

/** The far side of a wire on loopback, with a controlled stream: the test says when each chunk comes, when it breaks, when it hangs. */
export async function startScriptedServer(): Promise<ScriptedServer> {
  const arrived: Asked[] = [];
  const takers: ((asked: Asked) => void)[] = [];
  async function accept(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = await readRequest(request, response);
    const taker = takers.shift();
    if (taker === undefined) arrived.push(asked);
    else taker(asked);
  }
  const server = createServer((request, response) => {
    void accept(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    address: `http://127.0.0.1:${port}`,
    next: () =>
      new Promise((resolve) => {
        const first = arrived.shift();
        if (first === undefined) takers.push(resolve);
        else resolve(first);
      }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function readRequest(request: IncomingMessage, response: ServerResponse): Promise<Asked> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return {
    url: request.url ?? '',
    body,
    response,
    closed: new Promise((resolve) => response.on('close', resolve)),
    write: (chunk) => new Promise((resolve) => response.write(chunk, () => resolve())),
    reset: () => response.socket?.resetAndDestroy(),
  };
}
