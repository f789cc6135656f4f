import { createServer, type IncomingMessage, type Server, ServerResponse } from 'node:http';
import { chmod, rm } from 'node:fs/promises';
import type { Duplex } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { type Call, EngineError, type Route, sendJson } from './http.ts';
import { compareVersions, type ModeFacts } from './store-mode.ts';

export interface EngineServer {
  open(): Promise<void>;
  /** Cuts every connection. */
  close(): Promise<void>;
  /** While true, connections are taken and nothing is answered. */
  setHanging(isHanging: boolean): void;
}

/** The engine's socket: versions in addresses, bodies, errors, connections that are handed over. */
export function createEngineServer(socket: string, facts: ModeFacts, routes: readonly Route[]): EngineServer {
  let server: Server | null = null;
  let isHanging = false;
  const sockets = new Set<Duplex>();
  const waiting = new Set<() => void>();

  async function handle(request: IncomingMessage, response: ServerResponse, upgrade: Duplex | null, head: Buffer) {
    const left = new AbortController();
    const leave = () => left.abort();
    // Connections are kept for the next call, so it is the answer's end that counts, or the connection's.
    response.once('close', () => {
      request.socket.off('close', leave);
      leave();
    });
    request.socket.once('close', leave);
    if (isHanging) await new Promise<void>((resolve) => waiting.add(resolve));
    if (left.signal.aborted) return;
    try {
      const url = new URL(request.url ?? '/', 'http://engine');
      const [, version, path] = /^\/v(\d+\.\d+)(\/.*)$/.exec(url.pathname) ?? [null, null, url.pathname];
      response.setHeader('Api-Version', facts.apiVersion);
      response.setHeader('Docker-Experimental', 'false');
      response.setHeader('Ostype', 'linux');
      response.setHeader('Server', `Docker/${facts.version} (linux)`);
      if (typeof version === 'string') checkVersion(version, facts);
      const method = request.method ?? 'GET';
      const found = routes.find((each) => each.method === method && each.path.test(path ?? '/'));
      if (found === undefined) throw new EngineError(404, 'page not found');
      const groups = found.path.exec(path ?? '/')?.groups ?? {};
      const params = Object.fromEntries(
        Object.entries(groups).map(([name, value]): [string, string] => [name, decodeURIComponent(value)]),
      );
      const body = await readJson(request, upgrade, head);
      const call: Call = {
        method,
        path: path ?? '/',
        query: url.searchParams,
        headers: request.headers,
        body,
        params,
        response,
        signal: left.signal,
        upgrade,
      };
      await found.answer(call);
    } catch (error) {
      if (left.signal.aborted) return;
      if (response.headersSent) {
        response.destroy();
        return;
      }
      const status = error instanceof EngineError ? error.status : 500;
      sendJson(response, { message: error instanceof Error ? error.message : String(error) }, status);
      if (upgrade !== null) upgrade.end();
    }
  }

  return {
    async open() {
      await rm(socket, { force: true });
      // Also what is cut or half-open must not linger: only a client that left decides over a stream's life.
      server = createServer({ requestTimeout: 0, keepAliveTimeout: 5_000 }, (request, response) => {
        void handle(request, response, null, Buffer.alloc(0));
      });
      server.on('connection', (connection) => {
        sockets.add(connection);
        connection.on('error', () => {}).once('close', () => sockets.delete(connection));
      });
      server.on('upgrade', (request: IncomingMessage, connection: Duplex, head: Buffer) => {
        const response = new ServerResponse(request);
        response.assignSocket(request.socket);
        void handle(request, response, connection, head);
      });
      const listening = Promise.withResolvers<void>();
      server.once('error', listening.reject).listen(socket, listening.resolve);
      await listening.promise;
      if (process.platform !== 'win32') await chmod(socket, 0o600);
    },
    async close() {
      const ending = server;
      server = null;
      if (ending === null) return;
      const closed = new Promise<void>((resolve) => ending.close(() => resolve()));
      for (const connection of sockets) connection.destroy();
      for (const go of waiting) go();
      waiting.clear();
      await closed;
      if (process.platform !== 'win32') await rm(socket, { force: true });
    },
    setHanging(next) {
      isHanging = next;
      if (next) return;
      for (const go of waiting) go();
      waiting.clear();
    },
  };
}

function checkVersion(version: string, facts: ModeFacts): void {
  if (compareVersions(version, facts.apiVersion) > 0) {
    throw new EngineError(
      400,
      `client version ${version} is too new. Maximum supported API version is ${facts.apiVersion}`,
    );
  }
  if (compareVersions(version, facts.oldestApiVersion) < 0) {
    throw new EngineError(
      400,
      `client version ${version} is too old. Minimum supported API version is ${facts.oldestApiVersion}, please upgrade your client to a newer version`,
    );
  }
}

/** A connection that is handed over brings its body behind the headers, unparsed. */
async function readJson(request: IncomingMessage, upgrade: Duplex | null, head: Buffer): Promise<unknown> {
  const bytes = upgrade === null ? await buffer(request) : await readHead(request, upgrade, head);
  if (bytes.length === 0) return undefined;
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new EngineError(400, 'invalid JSON in the request');
  }
}

async function readHead(request: IncomingMessage, connection: Duplex, head: Buffer): Promise<Buffer> {
  const length = Number(request.headers['content-length'] ?? 0);
  let bytes = head;
  while (bytes.length < length) {
    const chunk: unknown = connection.read();
    if (Buffer.isBuffer(chunk)) bytes = Buffer.concat([bytes, chunk]);
    else await new Promise<void>((resolve) => connection.once('readable', resolve));
  }
  if (bytes.length > length) connection.unshift(bytes.subarray(length));
  return bytes.subarray(0, length);
}
