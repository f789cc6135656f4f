import { describe, expect, it, onTestFinished } from 'vitest';
import { caseContract, createCaseService } from '../../core/testing/transport-cases.ts';
import { createPair } from './pair.ts';
import type { Port } from './port.ts';
import { type ConnectionState, createReconnecting, type ReconnectingOptions } from './reconnecting.ts';
import { serve } from './serve.ts';

/** A server that tests switch on and off; a try that is held answers when the test says so. */
function createServer() {
  const service = createCaseService();
  const ports = new Set<Port>();
  let mode: 'up' | 'down' | 'refusing' | 'holding' = 'up';
  let tries = 0;
  let held = Promise.withResolvers<void>();
  const open = async (): Promise<Port | 'refused'> => {
    tries += 1;
    if (mode === 'holding') await held.promise;
    if (mode === 'down') throw new Error('nobody listens');
    if (mode === 'refusing') return 'refused';
    const [client, server] = createPair();
    serve(server, caseContract, service.api);
    ports.add(server);
    return client;
  };
  return {
    ...service,
    open,
    tries: () => tries,
    set: (next: typeof mode) => (mode = next),
    release() {
      held.resolve();
      held = Promise.withResolvers();
    },
    cut() {
      for (const port of ports) port.close();
      ports.clear();
    },
  };
}

function setUp(server = createServer(), options: ReconnectingOptions = {}) {
  const client = createReconnecting(server.open, caseContract, { firstDelayMs: 5, maxDelayMs: 20, ...options });
  const states: ConnectionState[] = [client.getState()];
  client.subscribe(() => states.push(client.getState()));
  onTestFinished(() => client.close());
  const reaches = (status: ConnectionState['status']) =>
    expect.poll(() => client.getState().status, { interval: 2 }).toBe(status);
  return { server, client, states, reaches };
}

describe('createReconnecting', () => {
  it('connects, and comes back after a cut with the same api', async () => {
    const { server, client, states, reaches } = setUp();
    const { api } = client;
    expect(await api.test.echo({ text: 'first' })).toEqual({ text: 'first' });
    const open = api.test.watchForAbort({})[Symbol.asyncIterator]();
    await open.next();
    const waiting = open.next();
    server.cut();
    await expect(waiting).rejects.toMatchObject({ code: 'DISCONNECTED' });
    expect(await api.test.echo({ text: 'again' })).toEqual({ text: 'again' });
    await reaches('connected');
    const seen = states.map(({ status }) => status);
    expect(seen).toEqual(['connecting', 'connected', 'waiting', 'connecting', 'connected']);
    expect(client.api).toBe(api);
  });

  it('says when it tries next, later each time and never all at once', async () => {
    const server = createServer();
    server.set('down');
    const { states } = setUp(server, { firstDelayMs: 8, maxDelayMs: 64 });
    const startedAt = Date.now();
    await expect.poll(server.tries, { interval: 2 }).toBeGreaterThan(4);
    const waits = states.filter((state) => state.status === 'waiting');
    expect(waits.every(({ nextTryAt }) => nextTryAt >= startedAt && nextTryAt <= Date.now() + 64)).toBe(true);
    // Half a delay at least for each of the first four: 4 + 8 + 16 + 32.
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(58);
  });

  it('lets calls wait for the open, and obey their signal meanwhile', async () => {
    const server = createServer();
    server.set('holding');
    const { client } = setUp(server);
    const controller = new AbortController();
    const { signal } = controller;
    const aborted = client.api.test.echo({ text: '' }, { signal });
    const abortedStream = client.api.test.numbers({ count: 1 }, { signal })[Symbol.asyncIterator]().next();
    const left = client.api.test.watchForAbort({})[Symbol.asyncIterator]();
    const leftNext = left.next();
    const waiting = client.api.test.echo({ text: 'waited' });
    controller.abort();
    await expect(aborted).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect(abortedStream).rejects.toMatchObject({ code: 'CANCELLED' });
    expect((await left.return?.())?.done).toBe(true);
    expect((await leftNext).done).toBe(true);
    server.set('up');
    server.release();
    expect(await waiting).toEqual({ text: 'waited' });
    expect(server.started()).toBe(0);
  });

  it('fails waiting calls when the try fails, instead of keeping them for ever', async () => {
    const server = createServer();
    server.set('holding');
    const { client, reaches } = setUp(server, { firstDelayMs: 50 });
    const waiting = client.api.test.echo({ text: '' });
    server.set('down');
    server.release();
    await expect(waiting).rejects.toMatchObject({ code: 'DISCONNECTED' });
    await reaches('waiting');
    const next = client.api.test.echo({ text: 'next try' });
    server.set('up');
    expect(await next).toEqual({ text: 'next try' });
  });

  it('stops trying when the token is refused', async () => {
    const server = createServer();
    server.set('refusing');
    const { client, reaches } = setUp(server);
    const waiting = client.api.test.echo({ text: '' });
    await expect(waiting).rejects.toMatchObject({ code: 'DISCONNECTED' });
    await reaches('refused');
    await expect(client.api.test.echo({ text: '' })).rejects.toMatchObject({ code: 'DISCONNECTED' });
    client.retryNow();
    await new Promise((resolve) => setTimeout(resolve, 40)); // Longer than any delay: nothing may come.
    expect(server.tries()).toBe(1);
  });

  it('tries at once when asked', async () => {
    const server = createServer();
    server.set('down');
    const { client, reaches } = setUp(server, { firstDelayMs: 60_000, maxDelayMs: 60_000 });
    await reaches('waiting');
    server.set('up');
    client.retryNow();
    await reaches('connected');
    client.retryNow();
    expect(server.tries()).toBe(2);
  });

  it('gives up what waits and comes when closed, also in the middle of a try', async () => {
    const server = createServer();
    server.set('holding');
    const { client } = setUp(server);
    const waiting = client.api.test.echo({ text: '' });
    client.close();
    await expect(waiting).rejects.toMatchObject({ code: 'DISCONNECTED' });
    await expect(client.api.test.echo({ text: '' })).rejects.toMatchObject({ code: 'DISCONNECTED' });
    server.set('up');
    server.release();
    const open = setUp();
    await open.reaches('connected');
    open.client.close();
    await expect(open.client.api.test.echo({ text: '' })).rejects.toMatchObject({ code: 'DISCONNECTED' });
    expect(open.server.tries()).toBe(1);
  });
});
