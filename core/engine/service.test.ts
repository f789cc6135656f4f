import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { EngineState } from '../../shared/contract/engine.ts';
import { createTestDeps, type TestDeps } from '../testing/deps.ts';
import { connectionError } from './connect.ts';
import { type EnginePace, usualPace } from './pace.ts';
import { createEngineService, type EngineEvent, type EngineService } from './service.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A program at the far side of a socket that answers as an engine does, as far as the test says so. */
class ScriptedEngine {
  readonly path: string;
  /** The responses that `/events` keeps open. */
  readonly eventStreams: ServerResponse[] = [];
  readonly requests: string[] = [];
  answers: Record<string, Answer> = {};
  private server: Server | null = null;

  constructor(path: string) {
    this.path = path;
  }

  async start(): Promise<this> {
    mkdirSync(dirname(this.path), { recursive: true });
    rmSync(this.path, { force: true });
    this.server = createServer((request, response) => this.answer(request, response));
    this.server.listen(this.path);
    await once(this.server, 'listening');
    return this;
  }

  async stop(): Promise<void> {
    const { server } = this;
    if (server === null) return;
    this.server = null;
    this.eventStreams.length = 0;
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }

  answer(request: IncomingMessage, response: ServerResponse) {
    const path = new URL(request.url ?? '/', 'http://engine').pathname;
    this.requests.push(request.url ?? '');
    const own = this.answers[path];
    if (own !== undefined) own(request, response);
    else if (path === '/_ping') response.end('OK');
    else if (path === '/version')
      sendJson(response, { Version: '26.1.5', ApiVersion: '1.45', Components: [{ Name: 'Engine' }] });
    else if (path === '/info') sendJson(response, plainInfo);
    else if (path === '/events') {
      response.writeHead(200).flushHeaders();
      this.eventStreams.push(response);
    } else response.writeHead(404).end('{"message":"page not found"}');
  }
}

const plainInfo = {
  OperatingSystem: 'Debian GNU/Linux 12 (bookworm)',
  Architecture: 'x86_64',
  Driver: 'overlay2',
  DriverStatus: [['Backing Filesystem', 'extfs']],
  DockerRootDir: '/var/lib/docker',
  Runtimes: { runc: { path: 'runc' } },
  SecurityOptions: ['name=seccomp,profile=builtin'],
};

function sendJson(response: ServerResponse, value: unknown) {
  response.setHeader('content-type', 'application/json').end(JSON.stringify(value));
}

const opened: { close(): Promise<void> }[] = [];
const used: TestDeps[] = [];

afterEach(async () => {
  for (const one of opened.splice(0).toReversed()) await one.close();
  for (const deps of used.splice(0)) deps[Symbol.dispose]();
});

async function scriptedEngine(): Promise<{ engine: ScriptedEngine; deps: TestDeps }> {
  const deps = createTestDeps();
  used.push(deps);
  const path = join(dirname(deps.home), 'engine.sock');
  const engine = await new ScriptedEngine(path).start();
  opened.push({ close: () => engine.stop() });
  return { engine, deps: { ...deps, env: { DOCKER_HOST: `unix://${path}` } } };
}

/** As usual, but in more of a hurry with an engine that does not answer. */
const pace = { ...usualPace, pingMs: 200, heartbeatMs: 200 };

function serviceFor(deps: TestDeps, change: Partial<EnginePace> = {}): EngineService {
  const service = createEngineService(deps, { ...pace, ...change });
  opened.push(service);
  return service;
}

async function until(service: EngineService, isWanted: (state: EngineState) => boolean): Promise<EngineState> {
  for await (const state of service.api.watch({}, { signal: AbortSignal.timeout(9_000) })) {
    if (isWanted(state)) return state;
  }
  throw new Error(`Still ${JSON.stringify(service.state())}`);
}

const line = (action: string) =>
  `{"Type":"container","Action":"${action}","Actor":{"ID":"abc","Attributes":{"name":"größe"}},"time":1,"timeNano":1764000000123456789}\n`;

const isConnected = (state: EngineState) => state.status === 'connected';

test('connects and says what the engine is', async () => {
  const { engine, deps } = await scriptedEngine();
  const service = serviceFor(deps);
  expect(service.state().status).toBe('connecting');
  const state = await service.settled();
  expect(state).toMatchObject({
    status: 'connected',
    kind: 'docker',
    version: '26.1.5',
    apiVersion: '1.45',
    store: 'overlay2',
    hasNvidiaRuntime: false,
    hasCdi: false,
    isRootless: false,
    isLocal: true,
    failure: null,
    endpoint: { source: 'docker-host', address: `unix://${engine.path}` },
  });
  expect(service.docker()).toBeDefined();
});

test.each([
  [
    'the containerd store',
    { DriverStatus: [['driver-type', 'io.containerd.snapshotter.v1']], Driver: 'overlayfs' },
    { store: 'containerd' },
  ],
  ['CDI', { CDISpecDirs: ['/etc/cdi'] }, { hasCdi: true }],
  ['CDI switched off', { CDISpecDirs: [] }, { hasCdi: false }],
  ['the nvidia runtime', { Runtimes: { nvidia: { path: 'x' } } }, { hasNvidiaRuntime: true }],
  ['a rootless engine', { SecurityOptions: ['name=rootless'] }, { isRootless: true }],
  ['Docker Desktop', { OperatingSystem: 'Docker Desktop' }, { kind: 'docker-desktop' }],
])('sees %s', async (_what, info, expected) => {
  const { engine, deps } = await scriptedEngine();
  engine.answers['/info'] = (_request, response) => sendJson(response, { ...plainInfo, ...info });
  expect(await serviceFor(deps).settled()).toMatchObject(expected);
});

test('takes Podman for what it is', async () => {
  const { engine, deps } = await scriptedEngine();
  engine.answers['/version'] = (_request, response) =>
    sendJson(response, { Version: '5.4.2', ApiVersion: '1.41', Components: [{ Name: 'Podman Engine' }] });
  expect(await serviceFor(deps).settled()).toMatchObject({ kind: 'podman', store: 'podman' });
});

test('an engine that accepts and then says nothing is unreachable, and said to hang', async () => {
  const { engine, deps } = await scriptedEngine();
  engine.answers['/_ping'] = () => {};
  const service = serviceFor(deps);
  const { status, failure } = await service.settled(AbortSignal.timeout(9_000));
  expect(status).toBe('unreachable');
  expect(failure).toMatchObject({ code: 'ENGINE_UNREACHABLE', message: expect.stringContaining('does not answer') });
  expect(() => service.docker()).toThrow(expect.objectContaining({ code: 'ENGINE_UNREACHABLE' }));
});

test('an engine that freezes while its connections stay open is noticed, and again when it thaws', async () => {
  const { engine, deps } = await scriptedEngine();
  const service = serviceFor(deps);
  await until(service, isConnected);
  engine.answers['/_ping'] = () => {};
  const frozen = await until(service, (state) => state.status === 'unreachable');
  expect(frozen.failure).toMatchObject({ code: 'ENGINE_LOST', message: expect.stringContaining('stopped answering') });
  delete engine.answers['/_ping'];
  await until(service, isConnected);
});

test('an engine that stays away is no longer called lost, but not there', async () => {
  const { engine, deps } = await scriptedEngine();
  let later = 0;
  let clock = Date.now();
  const service = serviceFor({ ...deps, now: () => clock, steady: () => performance.now() + later });
  await until(service, isConnected);
  await engine.stop();
  await until(service, (state) => state.failure?.code === 'ENGINE_LOST');
  // A clock that is set back makes no loss last longer.
  clock -= 3_600_000;
  later = pace.lostForMs;
  const away = await until(service, (state) => state.failure?.code === 'ENGINE_UNREACHABLE');
  expect(away.failure?.message).toMatch(/Nothing answers|There is no engine/);
});

test.each(['EACCES', 'EPERM'])('a socket that refuses this user (%s) is ENGINE_FORBIDDEN', (code) => {
  // Not played through: tests may run as root, whom no socket refuses.
  const error = Object.assign(new Error(`connect ${code} /var/run/docker.sock`), { code });
  const failure = connectionError(error, { address: 'unix:///var/run/docker.sock' });
  expect(failure).toMatchObject({ code: 'ENGINE_FORBIDDEN', detail: { address: 'unix:///var/run/docker.sock' } });
});

test.each(['127.0.0.1', '[::1]'])('reaches an engine by TCP at %s', async (host) => {
  const { engine, deps } = await scriptedEngine();
  const server = createServer((request, response) => engine.answer(request, response));
  server.listen(0, host.replace(/[[\]]/g, ''));
  await once(server, 'listening');
  opened.push({
    async close() {
      server.closeAllConnections();
      server.close();
    },
  });
  const { port } = server.address() as AddressInfo;
  const env = { DOCKER_HOST: `tcp://${host}:${port}` };
  expect(await serviceFor({ ...deps, env }).settled()).toMatchObject({ status: 'connected', isLocal: false });
});

test('an engine below API 1.41 is too old', async () => {
  const { engine, deps } = await scriptedEngine();
  engine.answers['/version'] = (_request, response) => sendJson(response, { Version: '19.03.15', ApiVersion: '1.40' });
  const { failure } = await serviceFor(deps).settled();
  expect(failure).toMatchObject({ code: 'ENGINE_TOO_OLD', detail: { version: '19.03.15' } });
});

test('something that is no engine is said to be none', async () => {
  const { engine, deps } = await scriptedEngine();
  engine.answers['/version'] = (_request, response) => sendJson(response, { hello: 'world' });
  expect((await serviceFor(deps).settled()).failure?.message).toContain('not a container engine');
});

test('nothing there: the places looked at are named, and an engine that appears is found within a second', async () => {
  const deps = createTestDeps({ platform: 'win32' });
  used.push(deps);
  const path = join(dirname(deps.home), 'late.sock');
  const service = serviceFor({ ...deps, env: { DOCKER_HOST: `unix://${path}` } });
  const before = await service.settled();
  expect(before.failure?.message).toBe(`There is no engine at unix://${path}.`);

  const engine = await new ScriptedEngine(path).start();
  opened.push({ close: () => engine.stop() });
  const appeared = performance.now();
  await until(service, isConnected);
  expect(performance.now() - appeared).toBeLessThan(1_500);
});

test('the end of the event stream is the loss of the engine, at once; it comes back by itself', async () => {
  const { engine, deps } = await scriptedEngine();
  const service = serviceFor(deps);
  const changes: string[] = [];
  service.onChange((state) => changes.push(`${state.status} ${state.failure?.code ?? ''}`.trim()));
  await until(service, isConnected);

  await engine.stop();
  const lost = await until(service, (state) => state.status === 'unreachable');
  expect(lost.failure?.code).toBe('ENGINE_LOST');
  expect(lost.version, 'what it was stays known').toBe('26.1.5');
  expect(() => service.docker()).toThrow(expect.objectContaining({ code: 'ENGINE_LOST' }));

  await engine.start();
  await until(service, isConnected);
  expect(changes).toEqual(['connected', 'unreachable ENGINE_LOST', 'connected']);
});

test('an engine that was just lost is looked for at a pace of its own', async () => {
  const { engine, deps } = await scriptedEngine();
  const service = serviceFor(deps, { firstRetryMs: 60_000, localRetryMs: 60_000, returnRetryMs: 20 });
  await until(service, isConnected);
  await engine.stop();
  await until(service, (state) => state.status === 'unreachable');
  await engine.start();
  await until(service, isConnected);
});

test('events reach every listener, cut anywhere, with nanoseconds intact', async () => {
  const { engine, deps } = await scriptedEngine();
  const service = serviceFor(deps);
  const seen: EngineEvent[] = [];
  const enough = Promise.withResolvers<void>();
  service.onEvent(() => {
    throw new Error('a deaf listener');
  });
  service.onEvent((event) => {
    seen.push(event);
    if (seen.length === 2) enough.resolve();
  });
  await until(service, isConnected);

  const bytes = Buffer.from(`${line('start')}{"broken\n${line('die')}`);
  const [stream] = engine.eventStreams;
  stream?.write(bytes.subarray(0, 80));
  stream?.write(bytes.subarray(80));
  await enough.promise;
  expect(seen).toEqual([
    { type: 'container', action: 'start', id: 'abc', attributes: { name: 'größe' }, timeNano: 1764000000123456789n },
    { type: 'container', action: 'die', id: 'abc', attributes: { name: 'größe' }, timeNano: 1764000000123456789n },
  ]);
  const asked = new URL(engine.requests.find((url) => url.startsWith('/events')) ?? '', 'http://engine');
  expect(asked.searchParams.get('filters'), 'filtered at the engine').not.toContain('exec_');
  expect(asked.pathname, 'no API version is pinned').toBe('/events');
});

test('recheck does not wait for the back-off', async () => {
  const deps = createTestDeps();
  used.push(deps);
  const path = join(dirname(deps.home), 'late.sock');
  const service = serviceFor({ ...deps, env: { DOCKER_HOST: `unix://${path}` } });
  await service.settled();
  expect((await service.api.recheck({})).status).toBe('unreachable');
  const engine = await new ScriptedEngine(path).start();
  opened.push({ close: () => engine.stop() });
  expect((await service.api.recheck({})).status).toBe('connected');
});

test('recheck reads again what a connected engine says of itself', async () => {
  const { engine, deps } = await scriptedEngine();
  const service = serviceFor(deps);
  await service.settled();
  engine.answers['/info'] = (_request, response) => sendJson(response, { ...plainInfo, Runtimes: { nvidia: {} } });
  expect(await service.api.recheck({})).toMatchObject({ status: 'connected', hasNvidiaRuntime: true });
});

test('recheck can be left', async () => {
  const { engine, deps } = await scriptedEngine();
  const service = serviceFor(deps);
  await service.settled();
  engine.answers['/version'] = () => controller.abort();
  const controller = new AbortController();
  await expect(service.api.recheck({}, { signal: controller.signal })).rejects.toMatchObject({ code: 'CANCELLED' });
});

test('close ends the connection and the stream of events', async () => {
  const { engine, deps } = await scriptedEngine();
  const service = createEngineService(deps);
  await service.settled();
  const [stream] = engine.eventStreams;
  const closed = stream === undefined ? null : once(stream, 'close');
  await service.close();
  await closed;
  expect(stream?.destroyed).toBe(true);
});
