import { expect, it } from 'vitest';
import { describeTransport } from '../../core/testing/transport-cases.ts';
import { createPair } from './pair.ts';
import type { Frame } from './port.ts';

describeTransport('pair', async () => {
  const [client, server] = createPair();
  return { client, server, cut: () => server.close(), close: async () => client.close() };
});

it('exchanges copies, later and in order', async () => {
  const [one, other] = createPair();
  const frame = { t: 'item' as const, id: 0, value: { list: [1] } };
  const got: unknown[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  one.send(frame);
  frame.value.list.push(2);
  one.send(frame);
  one.close();
  one.send(frame);
  other.onFrame((received) => got.push(received));
  other.onClose(() => resolve());
  expect(got).toEqual([]);
  await promise;
  expect(got).toEqual([
    { t: 'item', id: 0, value: { list: [1] } },
    { t: 'item', id: 0, value: { list: [1, 2] } },
  ]);
});

it('refuses at the sender what cannot be copied', () => {
  const [one] = createPair();
  expect(() => one.send({ t: 'item', id: 0, value: () => {} } as unknown as Frame)).toThrow(/could not be cloned/);
});
