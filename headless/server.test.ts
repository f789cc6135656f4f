import { expect, it, onTestFinished } from 'vitest';
import { WebSocket as RawWebSocket } from 'ws';
import { silentLogger } from '../core/lib/logger.ts';
import type { Wire } from '../shared/rpc/port.ts';
import { startPageServer } from './server.ts';

async function start(pingEveryMs?: number) {
  const wires: Wire[] = [];
  const server = await startPageServer({
    port: 0,
    servePage: () => (_, response) => response.end('page'),
    onWire: (wire) => wires.push(wire),
    log: silentLogger,
    ...(pingEveryMs === undefined ? {} : { pingEveryMs }),
  });
  onTestFinished(() => server.close());
  const open = (autoPong = true) => {
    const socket = new RawWebSocket(`ws://127.0.0.1:${server.port}/rpc`, { autoPong });
    onTestFinished(() => socket.terminate());
    return new Promise<RawWebSocket | number>((resolve) => {
      socket.on('open', () => resolve(socket));
      socket.on('unexpected-response', (_, response) => resolve(response.statusCode ?? 0));
      socket.on('error', () => {});
    });
  };
  return { server, wires, open };
}

it('has room for the tabs of one user and refuses more, until one of them closes', async () => {
  const { open } = await start();
  const sockets: (RawWebSocket | number)[] = [];
  for (let index = 0; index < 64; index += 1) sockets.push(await open());
  expect(sockets.every((socket) => typeof socket === 'object')).toBe(true);
  expect(await open()).toBe(503);
  const [first] = sockets;
  if (typeof first === 'object') first.close();
  await expect.poll(async () => typeof (await open()), { timeout: 5_000 }).toBe('object');
});

it('ends a connection that does not answer its pings, and no other', async () => {
  const { open, wires } = await start(40);
  const closed: string[] = [];
  await open();
  wires[0]?.onClose(() => closed.push('lively'));
  await open(false);
  wires[1]?.onClose(() => closed.push('dead'));
  await expect.poll(() => closed, { timeout: 5_000 }).toEqual(['dead']);
});

it('closes in time though its pages do not', async () => {
  const { server, open } = await start();
  const socket = await open();
  if (typeof socket === 'object') socket.pause();
  const startedAt = performance.now();
  await server.close();
  expect(performance.now() - startedAt).toBeLessThan(3_000);
});
