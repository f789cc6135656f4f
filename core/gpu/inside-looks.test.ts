import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { pipeline } from 'node:stream';
import type Docker from 'dockerode';
import { expect, onTestFinished, test } from 'vitest';
import { shellImage } from '../../sandbox/engine/testing.ts';
import { start } from '../../sandbox/engine/testing-engine.ts';
import type { Nim } from '../../shared/contract/nims.ts';
import { readTextLines, toReadable } from '../engine/text-lines.ts';
import { silentLogger } from '../lib/logger.ts';
import { createFixedEngine } from '../testing/fixed-engine.ts';
import { createFullAttention } from '../testing/full-attention.ts';
import { createInsideLooks } from './inside-looks.ts';
import { createWatchedRun } from './watched-run.ts';
import type { Inside } from './why-unused.ts';

/** What the engine tells of commands in containers: one line an event, without what is run. */
async function followExecs(docker: Docker): Promise<string[]> {
  const leaving = new AbortController();
  onTestFinished(() => leaving.abort());
  const stream = toReadable(await docker.getEvents({ filters: { type: ['container'] }, abortSignal: leaving.signal }));
  stream.on('error', () => {});
  const seen: string[] = [];
  const follow = async () => {
    for await (const line of readTextLines(stream)) {
      const { Action } = JSON.parse(line) as { Action: string };
      if (Action.startsWith('exec_')) seen.push(Action.replace(/:.*$/, ''));
    }
  };
  follow().catch(() => {});
  return seen;
}

/** Looks into a container of the stand-in that was given its GPU. */
async function lookInto(docker: Docker, socket: string) {
  const DeviceRequests = [{ Driver: '', Count: -1, Capabilities: [['gpu']], Options: {} }];
  const container = await docker.createContainer({
    Image: shellImage.reference,
    Cmd: ['sh', '-c', 'while true; do sleep 0.1; done'],
    HostConfig: { DeviceRequests },
  });
  await container.start();
  const nim = { id: container.id, name: 'mine', status: 'ready', gpus: { kind: 'all' } } as Nim;
  const run = createWatchedRun(nim, '', { now: Date.now, log: silentLogger });
  const looks: Inside['kind'][] = [];
  const closing = new AbortController();
  const inside = createInsideLooks(
    { log: silentLogger },
    {
      engine: createFixedEngine(socket),
      attention: createFullAttention(),
      pace: { insideMs: 5, unwatchedMs: 5, insideTimeoutMs: 5_000 },
      closing: closing.signal,
      wanted: () => (run.canBeAskedInside() ? [run] : []),
      onLook: () => void looks.push(run.inside().kind),
    },
  );
  const close = async () => {
    closing.abort();
    await inside.settled();
  };
  onTestFinished(close);
  inside.wake();
  return { container, run, nim, looks, inside, close };
}

const isAll = (kinds: readonly string[], kind: string) => kinds.every((each) => each === kind);

test('one command in the container looks again and again, and ends when nobody wants to know any more', async () => {
  const { docker, socket, machine } = await start({ present: [shellImage.reference] });
  const execs = await followExecs(docker);
  const { looks, run, nim, inside } = await lookInto(docker, socket);
  await expect.poll(() => looks.length).toBeGreaterThan(5);
  expect(isAll(looks, 'sees')).toBe(true);
  expect(run.inside()).toEqual({ kind: 'sees', ids: machine.devices().map(({ uuid }) => uuid) });
  expect(execs).toEqual(['exec_create', 'exec_start']);
  run.update({ ...nim, status: 'paused' });
  await expect.poll(() => execs).toEqual(['exec_create', 'exec_start', 'exec_die']);
  await inside.settled();
  run.update(nim);
  inside.wake();
  await expect.poll(() => execs.length).toBe(5);
});

test('with this program the command in the container ends', async () => {
  const { docker, socket } = await start({ present: [shellImage.reference] });
  const execs = await followExecs(docker);
  const { looks, close } = await lookInto(docker, socket);
  await expect.poll(() => looks.length).toBeGreaterThan(0);
  await close();
  await expect.poll(() => execs.at(-1)).toBe('exec_die');
});

test('a container that ends is not answered for, and is looked into once it runs again', async () => {
  const { docker, socket } = await start({ present: [shellImage.reference] });
  const { container, looks } = await lookInto(docker, socket);
  await expect.poll(() => looks.length).toBeGreaterThan(0);
  await container.kill();
  await expect.poll(() => looks.at(-1)).toBe('no-answer');
  await container.start();
  await expect.poll(() => looks.at(-1)).toBe('sees');
});

/** A proxy in front of the engine that knows nothing of connections which are handed over. */
async function startPlainProxy(engineSocket: string): Promise<string> {
  const proxy = createServer((asked, response) => {
    const { connection: _connection, upgrade: _upgrade, ...headers } = asked.headers;
    const onward = request({ socketPath: engineSocket, method: asked.method, path: asked.url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      pipeline(answer, response, () => {});
    });
    pipeline(asked, onward, () => {});
  });
  const socket = `${engineSocket}.proxy`;
  proxy.listen(socket);
  await once(proxy, 'listening');
  onTestFinished(async () => {
    proxy.closeAllConnections();
    await new Promise((resolve) => proxy.close(resolve));
  });
  return socket;
}

test('where no connection is handed over, each look is a command of its own', async () => {
  const { docker, socket } = await start({ present: [shellImage.reference] });
  const execs = await followExecs(docker);
  const { looks } = await lookInto(docker, await startPlainProxy(socket));
  await expect.poll(() => looks.length).toBeGreaterThan(3);
  expect(isAll(looks, 'sees')).toBe(true);
  // The first try to do better was one as well.
  expect(execs.filter((each) => each === 'exec_create').length).toBeGreaterThan(looks.length);
});
