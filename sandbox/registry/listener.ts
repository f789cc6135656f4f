import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export type Answer = (request: IncomingMessage, response: ServerResponse, signal: AbortSignal) => Promise<void>;

/** A server that can go away, connections and all, and come back at the same address. */
export interface Listener {
  open(host: string, port: number): Promise<void>;
  reopen(): Promise<void>;
  address(): string;
  dropConnections(): void;
  close(): void;
}

export function createListener(answer: Answer): Listener {
  const sockets = new Set<Socket>();
  let place = { host: '', port: 0 };
  const server = createServer((request, response) => {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    answer(request, response, gone.signal).catch(() => {
      // The caller went away, the line died or the registry behind broke off: each shows as a broken connection.
      if (response.headersSent || gone.signal.aborted) response.destroy();
      else response.writeHead(502).end();
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const listen = async () => {
    server.listen(place.port, place.host);
    await once(server, 'listening');
  };
  const dropConnections = () => {
    for (const socket of sockets) socket.destroy();
  };

  return {
    async open(host, port) {
      place = { host, port };
      await listen();
      const address = server.address();
      if (typeof address === 'object' && address !== null) place.port = address.port;
    },
    async reopen() {
      if (!server.listening) await listen();
    },
    address: () => `${place.host}:${place.port}`,
    dropConnections,
    close() {
      server.close();
      dropConnections();
    },
  };
}
