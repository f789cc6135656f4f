import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import Docker from 'dockerode';
import { afterEach, expect, test } from 'vitest';
import { createContainer, removeContainer, startContainer } from './create-container.ts';
import { isPortFree, pickPort } from './pick-port.ts';

const closings: (() => void)[] = [];

afterEach(() => {
  for (const close of closings.splice(0)) close();
});

async function engineThat(answer: (request: IncomingMessage, body: string, response: ServerResponse) => void) {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => void chunks.push(chunk));
    request.on('end', () => answer(request, Buffer.concat(chunks).toString(), response));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closings.push(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return new Docker({ host: '127.0.0.1', port, protocol: 'http' });
}

const body = {
  Image: 'img',
  Env: ['NGC_API_KEY=nvapi-secret'],
  Labels: {},
  ExposedPorts: {},
  StopTimeout: 30,
  HostConfig: {},
};

test('the key goes into the body and never into the address, which engines write to their logs', async () => {
  const seen: string[] = [];
  const docker = await engineThat((request, text, response) => {
    seen.push(request.url ?? '', text);
    response.writeHead(201).end('{"Id":"abc","Warnings":[]}');
  });
  expect(await createContainer(docker, 'a name', body)).toBe('abc');
  expect(seen[0]).toBe('/containers/create?name=a%20name');
  expect(JSON.parse(seen[1] ?? '')).toMatchObject(body);
  expect(seen[1]?.length, 'a body as long is not logged').toBeGreaterThan(4096);
});

test.each([
  [409, 'Conflict. The container name "/x" is already in use by container "y".', 'NAME_IN_USE'],
  [404, 'No such image: nope:1', 'IMAGE_NOT_FOUND'],
  [400, 'bind source path does not exist: /x', 'CACHE_NOT_WRITABLE'],
])('a refusal with %i is told', async (status, message, code) => {
  const docker = await engineThat((_request, _text, response) =>
    response.writeHead(status).end(JSON.stringify({ message })),
  );
  await expect(createContainer(docker, 'x', body)).rejects.toMatchObject({ code });
});

test('started already and gone already are fine', async () => {
  const docker = await engineThat((request, _text, response) => {
    if (request.method === 'POST') response.writeHead(304).end();
    else response.writeHead(404).end('{"message":"No such container: abc"}');
  });
  await startContainer(docker, 'abc', new AbortController().signal);
  await removeContainer(docker, 'abc');
});

test('a removal that others have begun is waited for', async () => {
  const gone = Promise.withResolvers<void>();
  const asked: string[] = [];
  const docker = await engineThat((request, _text, response) => {
    asked.push(`${request.method} ${request.url}`);
    if (request.method === 'DELETE')
      response.writeHead(409).end('{"message":"removal of container abc is already in progress"}');
    else void gone.promise.then(() => response.end('{"StatusCode":137}'));
  });
  let isDone = false;
  const removing = removeContainer(docker, 'abc').then(() => (isDone = true));
  await expect
    .poll(() => asked)
    .toEqual(['DELETE /containers/abc?force=true', 'POST /containers/abc/wait?condition=removed']);
  expect(isDone).toBe(false);
  gone.resolve();
  await removing;
});

test('a port is free until somebody listens; the first that is free and not reserved is taken', async () => {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  expect(await isPortFree(port)).toBe(false);
  server.close();
  await once(server, 'close');
  expect(await isPortFree(port)).toBe(true);

  const first = await pickPort(new Set());
  expect(first).toBeGreaterThanOrEqual(8000);
  expect(await pickPort(new Set([first]))).toBeGreaterThan(first ?? 0);
});
