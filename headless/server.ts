import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket, WebSocketServer } from 'ws';
import type { Logger } from '../core/lib/logger.ts';
import { createServer } from '../core/lib/node-http.ts';
import { AppError } from '../shared/errors.ts';
import type { Wire } from '../shared/rpc/port.ts';
import { websocketWire } from '../shared/rpc/websocket.ts';
import { maxFrameBytes } from '../shared/rpc/wire.ts';
import { isOwnHost, isOwnOrigin, onlyHost } from './access.ts';
import { refuse, securityHeaders, type ServePage } from './pages.ts';

export interface PageServerOptions {
  /** 0: any that is free. One that is taken is replaced by a free one. */
  port: number;
  servePage: (server: Server) => ServePage | Promise<ServePage>;
  /** A page's connection that has not logged in yet. */
  onWire: (wire: Wire) => void;
  /** Development only: other headers, and upgrades that somebody else on this server answers. */
  headers?: (host: string) => Record<string, string>;
  isForeignUpgrade?: (request: IncomingMessage) => boolean;
  log: Pick<Logger, 'error'>;
  pingEveryMs?: number;
}

export interface PageServer {
  port: number;
  close(): Promise<void>;
}

const socketPath = '/rpc';
/** A client that sends its request byte by byte, or none, holds a connection no longer than this. */
const headersWithinMs = 5_000;
const requestWithinMs = 10_000;
const idleWithinMs = 30_000;
/** Often enough for the limits above, seldom enough to cost nothing while nobody asks. */
const checkEveryMs = 3_000;
const maxConnections = 512;
/** Pages have one connection each; the many tabs of one user stay far below. */
const maxSockets = 64;
/** A forwarded connection can die without a word; the browser answers pings by itself. */
const defaultPingEveryMs = 30_000;

export async function startPageServer(options: PageServerOptions): Promise<PageServer> {
  const { headers = securityHeaders, isForeignUpgrade = () => false, pingEveryMs = defaultPingEveryMs } = options;
  const server = createServer({
    headersTimeout: headersWithinMs,
    requestTimeout: requestWithinMs,
    keepAliveTimeout: headersWithinMs,
    connectionsCheckingInterval: checkEveryMs,
  });
  server.maxConnections = maxConnections;
  server.setTimeout(idleWithinMs);
  const servePage = await options.servePage(server);

  server.on('request', (request, response) => {
    const host = onlyHost(request);
    if (!isOwnHost(host)) return refuse(response, 421, 'This is not the address of Nimdeck.');
    for (const [name, value] of Object.entries(headers(host))) response.setHeader(name, value);
    if (!isOwnOrigin(request.headers)) return refuse(response, 403, 'This comes from another site.');
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      return refuse(response, 405, 'Only reading is possible here.');
    }
    servePage(request, response);
  });

  // The first page of a start is read before its connection is asked for: the library for that one is loaded meanwhile.
  const listening = Promise.withResolvers<void>();
  const loading = listening.promise.then(openSockets);
  let sockets: WebSocketServer | null = null;
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    if (!isOwnHost(onlyHost(request))) return refuseUpgrade(socket, '421 Misdirected Request');
    if (!isOwnOrigin(request.headers)) return refuseUpgrade(socket, '403 Forbidden');
    if (isForeignUpgrade(request)) return;
    if (request.url !== socketPath) return refuseUpgrade(socket, '404 Not Found');
    void upgrade(request, socket, head);
  });
  const upgrade = async (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    sockets = await loading;
    if (sockets.clients.size >= maxSockets) return refuseUpgrade(socket, '503 Service Unavailable');
    sockets.handleUpgrade(request, socket, head, (opened) => options.onWire(websocketWire(opened, maxFrameBytes.up)));
  };

  const port = await listen(server, options.port);
  server.on('error', (error) => options.log.error('browser-shell.server', { error: String(error) }));
  listening.resolve();
  const clients = () => sockets?.clients ?? new Set<WebSocket>();
  const stopPings = pingAll(clients, pingEveryMs);
  return {
    port,
    async close() {
      stopPings();
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of clients()) socket.close(1001);
      // The closing handshake of a page that is busy or gone is not waited for.
      const timer = setTimeout(() => clients().forEach((socket) => socket.terminate()), 300);
      server.closeAllConnections();
      await closed;
      clearTimeout(timer);
    },
  };
}

async function openSockets(): Promise<WebSocketServer> {
  const { WebSocketServer: Sockets } = await import('ws');
  return new Sockets({ noServer: true, maxPayload: maxFrameBytes.up, perMessageDeflate: false });
}

async function listen(server: Server, port: number): Promise<number> {
  const failure = await tryListen(server, port);
  if (failure?.code === 'EADDRINUSE' && port !== 0) return listen(server, 0);
  if (failure?.code === 'EACCES')
    throw new AppError('PORT_IN_USE', `Port ${port} is not free for this user.`, { port }, { cause: failure });
  if (failure !== null) throw failure;
  const address = server.address();
  // Null and text are for servers that do not listen on TCP.
  return typeof address === 'object' && address !== null ? address.port : port;
}

function tryListen(server: Server, port: number): Promise<NodeJS.ErrnoException | null> {
  return new Promise((resolve) => {
    server.once('error', resolve);
    // SECURITY: this machine only.
    server.listen({ host: '127.0.0.1', port }, () => {
      server.off('error', resolve);
      resolve(null);
    });
  });
}

function refuseUpgrade(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function pingAll(clients: () => Set<WebSocket>, everyMs: number): () => void {
  const silent = new WeakSet<WebSocket>();
  const timer = setInterval(() => {
    for (const socket of clients()) {
      if (silent.has(socket)) {
        socket.terminate();
        continue;
      }
      silent.add(socket);
      socket.once('pong', () => silent.delete(socket));
      socket.ping();
    }
  }, everyMs);
  return () => clearInterval(timer);
}
