import { describe, expect, it } from 'vitest';
import { describeTransport } from '../../core/testing/transport-cases.ts';
import { createBridgeHost } from './bridge-host.ts';
import { type Bridge, type BridgeMessage, bridgeWire } from './bridge.ts';
import type { CloseReason, Wire } from './port.ts';
import { jsonPort, maxFrameBytes } from './wire.ts';

/** What lies between page and shell: copies, in order, never at once. The bridge is as the preload script makes it. */
function createChannel(page = 'page-1', maxReceivedBytes: number = maxFrameBytes.up) {
  const wires: Wire[] = [];
  const down: BridgeMessage[] = [];
  const connections = new Map<number, Parameters<Bridge['connect']>>();
  const post = (deliver: (copy: BridgeMessage) => void) => (message: BridgeMessage) => {
    const copy = structuredClone(message);
    setImmediate(() => deliver(copy));
  };
  const host = createBridgeHost({
    onWire: (wire) => wires.push(wire),
    maxReceivedBytes,
    send: post((message) => {
      down.push(message);
      const [onText, onClose] = connections.get(message.id) ?? [];
      if (message.t === 'text') onText?.(message.text);
      if (message.t === 'close') onClose?.(message.reason);
    }),
  });
  const up = post((message) => host.receive(message));
  let opened = 0;
  const bridge: Bridge = {
    connect(onText, onClose) {
      const id = opened++;
      connections.set(id, [onText, onClose]);
      up({ t: 'open', page, id });
      return {
        send: (text) => up({ t: 'text', page, id, text }),
        close: (reason) => up({ t: 'close', page, id, reason }),
      };
    },
  };
  const openPair = async () => {
    const near = bridgeWire(bridge);
    const count = wires.length;
    await expect.poll(() => wires.length).toBe(count + 1);
    return { near, far: wires[count]! };
  };
  return { host, up, down, openPair };
}

const reasonOf = (wire: Wire) => new Promise<CloseReason | undefined>((resolve) => wire.onClose(resolve));

describeTransport('desktop bridge', async () => {
  const { host, openPair } = createChannel();
  const { near, far } = await openPair();
  return {
    client: jsonPort(near, maxFrameBytes.up),
    server: jsonPort(far, maxFrameBytes.down),
    cut: () => host.closeAll(),
    close: async () => host.closeAll(),
  };
});

describe('bridge', () => {
  it('keeps two connections of a page apart, and closes one alone', async () => {
    const { openPair } = createChannel();
    const one = await openPair();
    const other = await openPair();
    const received: string[] = [];
    other.far.onFrame((text) => received.push(text));
    one.near.close('malformed');
    expect(await reasonOf(one.far)).toBe('malformed');
    other.near.send('still here');
    await expect.poll(() => received).toEqual(['still here']);
  });

  it('cuts the connections of the page before when another page opens one, and hears nothing late from it', async () => {
    const { up, openPair, down } = createChannel();
    const before = await openPair();
    const received: string[] = [];
    before.far.onFrame((text) => received.push(text));
    up({ t: 'open', page: 'page-2', id: 0 });
    await reasonOf(before.far);
    up({ t: 'text', page: 'page-1', id: 0, text: 'late' });
    up({ t: 'open', page: 'page-2', id: 0 });
    // The answer to the second one says that the late text has been through.
    await expect
      .poll(() => down)
      .toMatchObject([
        { t: 'close', page: 'page-1', id: 0 },
        { t: 'close', page: 'page-2', id: 0, reason: 'overload' },
      ]);
    expect(received).toEqual([]);
  });

  it.each([
    null,
    'text',
    { t: 'open' },
    { t: 'text', page: 'page-1', id: 0, text: 7 },
    { t: 'open', page: 'p', id: 0, op: 1 },
  ])('closes for what no preload script of ours sends: %j', async (message) => {
    const { host, openPair } = createChannel();
    const { near, far } = await openPair();
    host.receive(message);
    expect([await reasonOf(near), await reasonOf(far)]).toEqual(['malformed', 'malformed']);
  });

  it('closes on a text that is too large, and on texts that pile up unread', async () => {
    const large = createChannel('page-1', 10);
    const oversize = await large.openPair();
    oversize.near.send('x'.repeat(11));
    expect(await reasonOf(oversize.near)).toBe('oversize');

    const { near, far } = await createChannel().openPair();
    for (let index = 0; index <= 4096; index += 1) near.send('{}');
    expect([await reasonOf(near), await reasonOf(far)]).toEqual(['overload', 'overload']);
  });

  it('refuses a ninth connection, until one has ended', async () => {
    const { openPair, up, down } = createChannel();
    const first = await openPair();
    for (let index = 1; index < 8; index += 1) await openPair();
    up({ t: 'open', page: 'page-1', id: 99 });
    await expect.poll(() => down).toEqual([{ t: 'close', page: 'page-1', id: 99, reason: 'overload' }]);
    first.near.close();
    await openPair();
  });
});
