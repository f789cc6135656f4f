import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface OneNimEngine extends AsyncDisposable {
  /** As DOCKER_HOST wants it: `unix:///…`. */
  dockerHost: string;
  /** The one container, a NIM that runs and is ready. */
  nimId: string;
}

/** What the engine and its NIM send, as bytes on their wires, a chunk each. */
export interface Sent {
  /** Of a pull. */
  pull: readonly string[];
  /** Of the container's log, with the engine's frames. */
  log: readonly Buffer[];
  /** Of an answer. */
  tokens: readonly string[];
  /** What the engine takes for its lists; nothing unless told. */
  listMs?: number;
  /** The container is frozen until somebody resumes it. */
  isPaused?: boolean;
  /** The container has ended with this code. */
  exitCode?: number;
}

/** The far side of every wire that core has, as small as it can be: an engine on a socket, with one NIM, and that NIM. */
export async function startOneNimEngine(sent: Sent): Promise<OneNimEngine> {
  const folder = mkdtempSync(join(tmpdir(), 'nimdeck-engine-'));
  const socketPath = join(folder, 'docker.sock');
  const nimId = 'c0'.repeat(32);
  const startedAt = '2026-11-24T15:00:00.000000000Z';

  const nim = createServer((request, response) => {
    const path = request.url ?? '';
    if (path === '/v1/models') return json(response, { data: [{ id: 'example/chat' }] });
    if (path === '/v1/version') return json(response, { release: '2.0.6' });
    if (path === '/v1/chat/completions') return void write(response, sent.tokens, 'text/event-stream');
    json(response, {});
  });
  await new Promise<void>((resolve) => nim.listen(0, '127.0.0.1', resolve));
  const { port } = nim.address() as AddressInfo;

  const ports = { '8000/tcp': [{ HostIp: '127.0.0.1', HostPort: String(port) }] };
  const labels = { 'io.nimdeck.managed': 'true', 'io.nimdeck.reference': 'nvcr.io/nim/example/chat:2.0.6' };
  const hasEnded = sent.exitCode !== undefined;
  const container = {
    Id: nimId,
    Name: '/example-chat',
    Created: startedAt,
    Config: { Image: 'nvcr.io/nim/example/chat:2.0.6', Labels: labels, Tty: false, Env: [] },
    State: {
      Running: !hasEnded,
      Paused: sent.isPaused ?? false,
      StartedAt: startedAt,
      FinishedAt: hasEnded ? '2026-11-24T15:00:09.000000000Z' : '0001-01-01T00:00:00Z',
      ExitCode: sent.exitCode ?? 0,
      OOMKilled: false,
    },
    HostConfig: { PortBindings: ports },
    NetworkSettings: { Ports: ports },
  };

  const answers: Record<string, (response: ServerResponse) => void> = {
    'GET /_ping': (response) => response.end('OK'),
    'GET /version': (response) => json(response, { Version: '26.1.5', ApiVersion: '1.45' }),
    'GET /info': (response) => json(response, { Driver: 'overlay2' }),
    // It stays open, and nothing happens.
    'GET /events': (response) => response.writeHead(200).flushHeaders(),
    'GET /containers/json': (response) => void setTimeout(() => json(response, [{ Id: nimId }]), sent.listMs ?? 0),
    'GET /images/json': (response) => void setTimeout(() => json(response, []), sent.listMs ?? 0),
    [`GET /containers/${nimId}/json`]: (response) => json(response, container),
    [`POST /containers/${nimId}/unpause`]: (response) => {
      container.State.Paused = false;
      response.writeHead(204).end();
    },
    // The log of a container that runs stays open.
    [`GET /containers/${nimId}/logs`]: (response) =>
      void write(response, sent.log, 'application/octet-stream', hasEnded),
    'POST /images/create': (response) => void write(response, sent.pull, 'application/json'),
  };
  const engine = createServer((request: IncomingMessage, response) => {
    const asked = `${request.method} ${(request.url ?? '').split('?')[0]}`;
    const answer = answers[asked];
    if (answer !== undefined) return answer(response);
    response.writeHead(404, { 'content-type': 'application/json' });
    response.end('{"message":"no such thing"}');
  });
  await new Promise<void>((resolve) => engine.listen(socketPath, resolve));

  return {
    dockerHost: `unix://${socketPath}`,
    nimId,
    async [Symbol.asyncDispose]() {
      for (const server of [engine, nim]) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
      rmSync(folder, { recursive: true });
    },
  };
}

function json(response: ServerResponse, body: object): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

async function write(
  response: ServerResponse,
  chunks: readonly (string | Buffer)[],
  contentType: string,
  hasEnd = true,
): Promise<void> {
  response.writeHead(200, { 'content-type': contentType });
  for (const chunk of chunks) await new Promise<void>((resolve) => response.write(chunk, () => resolve()));
  if (hasEnd) response.end();
}
