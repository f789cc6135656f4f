import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { CloseReason, Wire } from '../../shared/rpc/port.ts';
import { jsonPort, maxFrameBytes } from '../../shared/rpc/wire.ts';
import { createTestDeps } from '../testing/deps.ts';
import { describeTransport } from '../testing/transport-cases.ts';
import { lineWire } from './line-wire.ts';
import { mkdirSync } from 'node:fs';

async function openSockets(): Promise<{ client: Socket; server: Socket; close: () => Promise<void> }> {
  const deps = createTestDeps();
  mkdirSync(deps.dataFolder, { recursive: true });
  const listening = createServer();
  listening.listen(join(deps.dataFolder, 'test.sock'));
  await once(listening, 'listening');
  const connection = once(listening, 'connection') as Promise<[Socket]>;
  const client = connect(join(deps.dataFolder, 'test.sock'));
  const [server] = await connection;
  const close = async () => {
    client.destroy();
    server.destroy();
    await new Promise((resolve) => listening.close(resolve));
    deps[Symbol.dispose]();
  };
  onTestFinished(close);
  return { client, server, close: async () => {} };
}

describeTransport('unix socket', async () => {
  const { client, server, close } = await openSockets();
  return {
    client: jsonPort(lineWire(client, maxFrameBytes.down), maxFrameBytes.up),
    server: jsonPort(lineWire(server, maxFrameBytes.up), maxFrameBytes.down),
    cut: () => server.destroy(),
    close,
  };
});

const reasonOf = (wire: Wire) => new Promise<CloseReason | undefined>((resolve) => wire.onClose(resolve));

describe('lineWire', () => {
  it('puts texts together however they are cut', async () => {
    const { client, server } = await openSockets();
    const received: string[] = [];
    lineWire(server, 1000).onFrame((text) => received.push(text));
    const bytes = Buffer.from('{"a":"ü€😀"}\n\n{"b":1}\n');
    for (const byte of bytes) {
      client.write(Buffer.from([byte]));
      await new Promise(setImmediate);
    }
    client.write(bytes);
    await expect.poll(() => received).toEqual(['{"a":"ü€😀"}', '', '{"b":1}', '{"a":"ü€😀"}', '', '{"b":1}']);
  });

  it('closes on a line that is too long, before it has ended', async () => {
    const { client, server } = await openSockets();
    const reason = reasonOf(lineWire(server, 1000));
    const peer = reasonOf(lineWire(client, 1000));
    client.write('x'.repeat(600));
    client.write('x'.repeat(600));
    expect([await reason, await peer]).toEqual(['oversize', 'oversize']);
  });

  it.each(['{"t":\n"call"}', '!refused'])('does not pass on what would be more than one frame: %j', async (text) => {
    const { client, server } = await openSockets();
    const wire = lineWire(client, 1000);
    const received: string[] = [];
    const peer = lineWire(server, 1000);
    peer.onFrame((line) => received.push(line));
    wire.send(text);
    expect([await reasonOf(wire), await reasonOf(peer), received]).toEqual(['malformed', 'malformed', []]);
  });

  it('closes for a reader that does not read, and ends though it never does', async () => {
    const { client, server } = await openSockets();
    client.pause();
    const wire = lineWire(server, 1000);
    const text = 'x'.repeat(32 * 1024 * 1024);
    for (let index = 0; index < 8; index += 1) wire.send(text);
    expect(await reasonOf(wire)).toBe('overload');
    await once(server, 'close');
  });
});
