import { describe, expect, it, onTestFinished } from 'vitest';
import { AppError, cancelled, type ErrorCode } from '../../shared/errors.ts';
import type { Json } from '../../shared/json.ts';
import { connect } from '../../shared/rpc/connect.ts';
import { type ApiOf, request, stream } from '../../shared/rpc/contract.ts';
import type { Frame, Port } from '../../shared/rpc/port.ts';
import { serve } from '../../shared/rpc/serve.ts';
import { z } from '../../shared/zod.ts';
import { createValue } from '../lib/value.ts';

const nothing = z.strictObject({});
const count = z.strictObject({ count: z.number().int() });

/** Small, and with every way to behave badly that a real service may have. */
export const caseContract = {
  test: {
    echo: request(z.strictObject({ text: z.string().max(10_000_000) }), z.object({ text: z.string() })),
    numbers: stream(count, z.number()),
    text: stream(count, z.string()),
    state: stream(count, z.number()),
    joined: stream(count, z.string()),
    waitForAbort: request(nothing, nothing),
    watchForAbort: stream(nothing, z.number()),
    gated: stream(nothing, z.number()),
    deaf: stream(nothing, z.number()),
    deafGenerator: stream(nothing, z.number()),
    deafRequest: request(nothing, nothing),
    fail: request(z.strictObject({ how: z.enum(['foreseen', 'unforeseen', 'unsendable', 'wrong']) }), z.number()),
    failLater: stream(z.strictObject({ isForeseen: z.boolean() }), z.number()),
    secret: request(z.strictObject({ user: z.string(), key: z.string().min(20) }), nothing),
  },
};

export interface CaseService {
  api: ApiOf<typeof caseContract>;
  /** How many items `numbers` and `text` have produced. */
  produced: () => number;
  /** Streams whose `finally` has run. */
  finished: () => number;
  /** Calls whose signal was aborted. */
  aborted: () => number;
  started: () => number;
  /** Lets `gated` go on after its first item. */
  openGate: () => void;
}

const untilAborted = (signal: AbortSignal | undefined) =>
  new Promise<never>((_, reject) => signal?.addEventListener('abort', () => reject(cancelled()), { once: true }));

export function createCaseService(): CaseService {
  let produced = 0;
  let finished = 0;
  let aborted = 0;
  let started = 0;
  const gate = Promise.withResolvers<void>();
  const begin = (signal: AbortSignal | undefined) => {
    started += 1;
    signal?.addEventListener('abort', () => (aborted += 1), { once: true });
  };

  async function* produce<T>(length: number, item: (index: number) => T, signal: AbortSignal | undefined) {
    begin(signal);
    try {
      for (let index = 0; index < length; index += 1) {
        produced += 1;
        yield item(index);
      }
    } finally {
      finished += 1;
    }
  }

  return {
    produced: () => produced,
    finished: () => finished,
    aborted: () => aborted,
    started: () => started,
    openGate: () => gate.resolve(),
    api: {
      test: {
        echo: async ({ text }) => ({ text }),
        numbers: (input, { signal } = {}) => produce(input.count, (index) => index, signal),
        text: (input, { signal } = {}) => produce(input.count, (index) => `${index} `, signal),
        async *state(input, { signal } = {}) {
          begin(signal);
          const state = createValue(0);
          const flood = async () => {
            for (let value = 1; value <= input.count && signal?.aborted !== true; value += 1) {
              state.set(value);
              if (value % 1000 === 0) await new Promise(setImmediate);
            }
          };
          void flood();
          for await (const value of state.watch(signal)) {
            produced += 1;
            yield value;
          }
        },
        // As core does it with an answer: its owner keeps the text, a reader gets what it has not had.
        async *joined(input, { signal } = {}) {
          let text = '';
          const written = createValue({ length: 0, isEnded: false });
          const write = async () => {
            for (let index = 0; index < input.count && signal?.aborted !== true; index += 1) {
              if (index % 1000 === 0) await new Promise(setImmediate);
              produced += 1;
              text += `${index} `;
              written.set({ length: text.length, isEnded: false });
            }
            written.set({ length: text.length, isEnded: true });
          };
          void write();
          let from = 0;
          for await (const { length, isEnded } of written.watch(signal)) {
            if (length > from) yield text.slice(from, length);
            from = length;
            if (isEnded) return;
          }
        },
        waitForAbort: (_, { signal } = {}) => {
          begin(signal);
          return untilAborted(signal);
        },
        async *watchForAbort(_, { signal } = {}) {
          begin(signal);
          try {
            yield 1;
            await untilAborted(signal);
          } finally {
            finished += 1;
          }
        },
        async *gated() {
          yield 0;
          await gate.promise;
          for (let index = 1; index < 1000; index += 1) yield index;
        },
        // No generator: this one can be told to end in the middle of its wait.
        deaf: (_, { signal } = {}) => {
          begin(signal);
          const steps = [1];
          return {
            [Symbol.asyncIterator]: () => ({
              next: () => (steps.length > 0 ? Promise.resolve({ value: steps.pop()! }) : new Promise(() => {})),
              async return() {
                finished += 1;
                return { done: true, value: undefined };
              },
            }),
          };
        },
        async *deafGenerator(_, { signal } = {}) {
          begin(signal);
          yield 1;
          await new Promise(() => {});
        },
        deafRequest: (_, { signal } = {}) => {
          begin(signal);
          return new Promise(() => {});
        },
        fail: async ({ how }) => {
          if (how === 'foreseen') throw new AppError('MIG_BUSY', 'Slice 3 is in use.', { slice: 3 });
          if (how === 'unforeseen') throw new TypeError('password hunter2 at /home/ada');
          return (how === 'wrong' ? 'hunter2' : 10n) as unknown as number;
        },
        async *failLater({ isForeseen }) {
          yield 1;
          if (isForeseen) throw new AppError('MIG_BUSY', 'Slice 3 is in use.', { slice: 3 });
          throw new TypeError('password hunter2 at /home/ada');
        },
        secret: async () => ({}),
      },
    },
  };
}

export interface OpenTransport {
  client: Port;
  server: Port;
  /** Ends the connection without a word, as a crash or a pulled cable does. */
  cut: () => void;
  close: () => Promise<void>;
}

interface Setup extends CaseService, OpenTransport {
  call: ApiOf<typeof caseContract>;
  openCalls: () => number;
  logged: { event: string; fields: Record<string, Json | undefined> }[];
}

const failsWith = async (promise: Promise<unknown>, code: ErrorCode): Promise<AppError> => {
  const error: unknown = await promise.then(
    () => new Error('It did not fail.'),
    (failure: unknown) => failure,
  );
  expect(error).toBeInstanceOf(AppError);
  expect((error as AppError).code).toBe(code);
  return error as AppError;
};

const firstOf = async (items: AsyncIterable<unknown>) => {
  const iterator = items[Symbol.asyncIterator]();
  await iterator.next();
  return iterator;
};

const until = (condition: () => unknown) => expect.poll(condition, { interval: 2, timeout: 10_000 });

/** Every transport passes the same list. @param open makes a connected pair of ports */
export function describeTransport(name: string, open: () => Promise<OpenTransport>): void {
  const setUp = async (options: { checkOutput?: boolean; maxCalls?: number } = {}): Promise<Setup> => {
    const transport = await open();
    const service = createCaseService();
    const logged: Setup['logged'] = [];
    const log = { error: (event: string, fields: Record<string, Json | undefined>) => logged.push({ event, fields }) };
    const served = serve(transport.server, caseContract, service.api, { log, ...options });
    onTestFinished(() => transport.close());
    const call = connect(transport.client, caseContract);
    return { ...transport, ...service, call, openCalls: () => served.openCalls, logged };
  };

  // Long only for machines with other work; each case takes milliseconds.
  describe(`transport: ${name}`, { timeout: 30_000 }, () => {
    it('answers requests, also many at once, each with its own', async () => {
      const { call, openCalls } = await setUp();
      const texts = Array.from({ length: 200 }, (_, index) => `text ${index} ü€😀\n"\\`);
      const echoed = await Promise.all(texts.map((text) => call.test.echo({ text })));
      expect(echoed.map(({ text }) => text)).toEqual(texts);
      expect(openCalls()).toBe(0);
    });

    it('carries operations that only the contract and the service have gained', async () => {
      const { client, server, close } = await open();
      onTestFinished(close);
      const contract = {
        ...caseContract,
        added: { double: request(count, count), countTo: stream(count, z.number()) },
      };
      const api: ApiOf<typeof contract> = {
        ...createCaseService().api,
        added: {
          double: async (input) => ({ count: input.count * 2 }),
          async *countTo(input) {
            for (let index = 1; index <= input.count; index += 1) yield index;
          },
        },
      };
      serve(server, contract, api, { checkOutput: true });
      const call = connect(client, contract);
      expect(await call.added.double({ count: 21 })).toEqual({ count: 42 });
      expect(await Array.fromAsync(call.added.countTo({ count: 5 }))).toEqual([1, 2, 3, 4, 5]);
      await failsWith(call.added.double({ count: 0.5 }), 'BAD_INPUT');
    });

    it('carries large texts both ways', async () => {
      const { call } = await setUp();
      const text = 'x€'.repeat(500_000);
      expect((await call.test.echo({ text })).text === text).toBe(true);
    });

    it('streams all items in order to the end', async () => {
      const { call, openCalls, finished } = await setUp();
      const items: number[] = [];
      for await (const item of call.test.numbers({ count: 2000 })) items.push(item);
      expect(items).toEqual(Array.from({ length: 2000 }, (_, index) => index));
      expect([openCalls(), finished()]).toEqual([0, 1]);
    });

    it('holds the source back for a slow reader, who loses nothing', async () => {
      const { call, produced } = await setUp();
      const iterator = call.test.text({ count: 20_000 })[Symbol.asyncIterator]();
      let text = '';
      for (let read = 1; read <= 20; read += 1) {
        const { value } = await iterator.next();
        text += String(value);
        // A whole round trip, so that whatever could be produced has been.
        await call.test.echo({ text: '' });
        expect(produced()).toBeLessThanOrEqual(read + 2);
      }
      expect(text).toBe(Array.from({ length: 20 }, (_, index) => `${index} `).join(''));
      await iterator.return?.();
    });

    it('keeps a flood of state bounded and ends with the newest', async () => {
      const { call, produced } = await setUp();
      const seen: number[] = [];
      for await (const value of call.test.state({ count: 200_000 })) {
        seen.push(value);
        await call.test.echo({ text: '' });
        if (value === 200_000) break;
      }
      // Each item costs the reader a round trip; the flood took a few hundred turns of the loop.
      expect(produced()).toBeLessThan(2000);
      expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    });

    it('loses no text to a slow reader of a fast source, and runs ahead by one joined item only', async () => {
      const { call, produced } = await setUp();
      let text = '';
      let items = 0;
      for await (const piece of call.test.joined({ count: 50_000 })) {
        text += piece;
        items += 1;
        await call.test.echo({ text: '' });
      }
      expect(produced()).toBe(50_000);
      expect(items).toBeLessThan(1000);
      expect(text === Array.from({ length: 50_000 }, (_, index) => `${index} `).join('')).toBe(true);
    });

    it('gives no more credit than two, however often a client asks for more', async () => {
      const { client, server, close } = await open();
      onTestFinished(close);
      const service = createCaseService();
      serve(server, caseContract, service.api);
      const items: unknown[] = [];
      const answers: unknown[] = [];
      client.onFrame((frame) => ((frame as Frame).t === 'item' ? items : answers).push(frame));
      const roundTrip = async (id: number) => {
        client.send({ t: 'call', id, op: 'test.echo', input: { text: '' } });
        await until(() => answers.length).toBe(id);
      };
      client.send({ t: 'call', id: 0, op: 'test.gated', input: {} });
      await until(() => items.length).toBe(1);
      for (let index = 0; index < 100; index += 1) client.send({ t: 'more', id: 0 });
      await roundTrip(1);
      service.openGate();
      await until(() => items.length).toBe(3);
      await roundTrip(2);
      await roundTrip(3);
      expect(items).toHaveLength(3);
    });

    it('runs finally at the source when the loop is left', async () => {
      const { call, finished, openCalls } = await setUp();
      for await (const item of call.test.numbers({ count: 1000 })) if (item === 3) break;
      await until(finished).toBe(1);
      expect(openCalls()).toBe(0);
    });

    it('ends a waiting next() at once when the reader leaves', async () => {
      const { call, finished, aborted } = await setUp();
      const iterator = await firstOf(call.test.watchForAbort({}));
      const waiting = iterator.next();
      expect(await iterator.return?.()).toEqual({ done: true, value: undefined });
      expect(await waiting).toEqual({ done: true, value: undefined });
      expect(await iterator.next()).toEqual({ done: true, value: undefined });
      await until(() => [finished(), aborted()]).toEqual([1, 1]);
    });

    it('frees the connection from sources and a request that ignore their signal', async () => {
      const { call, openCalls, aborted, finished } = await setUp({ maxCalls: 2 });
      for (const deafStream of [call.test.deaf({}), call.test.deafGenerator({})]) {
        const iterator = await firstOf(deafStream);
        const waiting = iterator.next();
        await call.test.echo({ text: '' });
        await iterator.return?.();
        expect((await waiting).done).toBe(true);
      }
      // It can be told to end; a generator in the middle of a wait cannot.
      await until(finished).toBe(1);
      const controller = new AbortController();
      const deaf = call.test.deafRequest({}, { signal: controller.signal });
      await call.test.echo({ text: '' });
      controller.abort();
      await failsWith(deaf, 'CANCELLED');
      await until(() => [openCalls(), aborted()]).toEqual([0, 3]);
      expect((await call.test.echo({ text: 'still here' })).text).toBe('still here');
    });

    it('aborts a request on both sides', async () => {
      const { call, aborted, started, openCalls } = await setUp();
      const controller = new AbortController();
      const waiting = call.test.waitForAbort({}, { signal: controller.signal });
      await until(started).toBe(1);
      controller.abort();
      await failsWith(waiting, 'CANCELLED');
      await until(aborted).toBe(1);
      await until(openCalls).toBe(0);
    });

    it('aborts a waiting stream on both sides', async () => {
      const { call, aborted, finished } = await setUp();
      const controller = new AbortController();
      const iterator = await firstOf(call.test.watchForAbort({}, { signal: controller.signal }));
      const waiting = iterator.next();
      controller.abort();
      await failsWith(waiting, 'CANCELLED');
      expect((await iterator.next()).done).toBe(true);
      await until(() => [aborted(), finished()]).toEqual([1, 1]);
    });

    it('does not begin a call whose signal is already aborted', async () => {
      const { call, started } = await setUp();
      const signal = AbortSignal.abort();
      await failsWith(call.test.waitForAbort({}, { signal }), 'CANCELLED');
      await failsWith(call.test.numbers({ count: 1 }, { signal })[Symbol.asyncIterator]().next(), 'CANCELLED');
      await call.test.echo({ text: '' });
      expect(started()).toBe(0);
    });

    it('does not mind a stream that is started and left at once, or never read', async () => {
      const { call, openCalls, started } = await setUp();
      const unread = call.test.watchForAbort({})[Symbol.asyncIterator]();
      await unread.return?.();
      const left = call.test.watchForAbort({})[Symbol.asyncIterator]();
      const first = left.next();
      await left.return?.();
      expect((await first).done).toBe(true);
      await call.test.echo({ text: '' });
      await until(openCalls).toBe(0);
      expect(started()).toBeLessThanOrEqual(1);
    });

    it('leaves no listener on a signal that outlives its calls', async () => {
      const { call } = await setUp();
      const { signal } = new AbortController();
      let listeners = 0;
      const add = signal.addEventListener.bind(signal);
      const remove = signal.removeEventListener.bind(signal);
      signal.addEventListener = (...args: Parameters<typeof add>) => ((listeners += 1), add(...args));
      signal.removeEventListener = (...args: Parameters<typeof remove>) => ((listeners -= 1), remove(...args));
      await call.test.echo({ text: '' }, { signal });
      await failsWith(call.test.fail({ how: 'foreseen' }, { signal }), 'MIG_BUSY');
      for await (const _ of call.test.numbers({ count: 3 }, { signal }));
      await (await firstOf(call.test.watchForAbort({}, { signal }))).return?.();
      expect(listeners).toBe(0);
    });

    it('refuses input with the paths of what is wrong and without the values', async () => {
      const { call } = await setUp();
      const error = await failsWith(call.test.secret({ user: 'ada', key: 'hunter2' }), 'BAD_INPUT');
      expect(error.detail).toMatchObject({ issues: [{ path: 'key' }] });
      expect(error.message).toContain('key');
      expect(JSON.stringify([error.message, error.detail])).not.toContain('hunter2');
      const missing = { user: 'ada' } as unknown as { user: string; key: string };
      await failsWith(call.test.secret(missing), 'BAD_INPUT');
      await failsWith(call.test.numbers({ count: 1.5 })[Symbol.asyncIterator]().next(), 'BAD_INPUT');
    });

    it.each([
      'test.hidden',
      'test.nothing',
      'nothing.test',
      '',
      'test.__proto__',
      '__proto__.toString',
      'constructor.name',
      'test',
    ])('refuses the unknown operation "%s"', async (op) => {
      const { client, server } = await open();
      onTestFinished(() => client.close());
      const { api } = createCaseService();
      serve(server, caseContract, { test: Object.assign(api.test, { hidden: () => 1 }) });
      const { promise, resolve } = Promise.withResolvers<unknown>();
      client.onFrame(resolve);
      client.send({ t: 'call', id: 0, op, input: {} });
      expect(await promise).toMatchObject({ t: 'fail', id: 0, failure: { code: 'BAD_INPUT' } });
    });

    it('passes a foreseen error whole, from a request and from the middle of a stream', async () => {
      const { call, logged } = await setUp();
      const error = await failsWith(call.test.fail({ how: 'foreseen' }), 'MIG_BUSY');
      expect([error.message, error.detail]).toEqual(['Slice 3 is in use.', { slice: 3 }]);
      const iterator = await firstOf(call.test.failLater({ isForeseen: true }));
      expect((await failsWith(iterator.next(), 'MIG_BUSY')).detail).toEqual({ slice: 3 });
      expect((await iterator.next()).done).toBe(true);
      expect(logged).toEqual([]);
    });

    it('leaks nothing of an unforeseen error but a number that leads to the log', async () => {
      const { call, logged } = await setUp({ checkOutput: true });
      const failures = [
        call.test.fail({ how: 'unforeseen' }),
        call.test.fail({ how: 'wrong' }),
        firstOf(call.test.failLater({ isForeseen: false })).then((iterator) => iterator.next()),
      ];
      for (const failure of failures) {
        const error = await failsWith(failure, 'INTERNAL');
        expect(JSON.stringify([error.message, error.detail, error.stack])).not.toMatch(/hunter2|\/home\/ada/);
        const entry = logged.find(({ fields }) => fields.id === error.detail?.id);
        expect(entry?.fields.op).toMatch(/^test\.fail/);
        expect(error.message).toContain(entry?.fields.id);
      }
      expect(JSON.stringify(logged)).toContain('hunter2');
    });

    it('fails open and later calls when the connection is cut, and aborts them at the source', async () => {
      const { call, cut, aborted, started, openCalls } = await setUp();
      const pending = call.test.waitForAbort({});
      const iterator = await firstOf(call.test.watchForAbort({}));
      const waiting = iterator.next();
      await until(started).toBe(2);
      const ends = [failsWith(pending, 'DISCONNECTED'), failsWith(waiting, 'DISCONNECTED')];
      cut();
      await Promise.all(ends);
      await until(() => [aborted(), openCalls()]).toEqual([2, 0]);
      await failsWith(call.test.echo({ text: '' }), 'DISCONNECTED');
      await failsWith(call.test.numbers({ count: 1 })[Symbol.asyncIterator]().next(), 'DISCONNECTED');
      expect((await iterator.next()).done).toBe(true);
      expect((await iterator.return?.())?.done).toBe(true);
    });

    it('fails calls on a port that this side has closed', async () => {
      const { call, client } = await setUp();
      const pending = failsWith(call.test.waitForAbort({}), 'DISCONNECTED');
      client.close();
      client.close();
      await pending;
      await failsWith(call.test.echo({ text: '' }), 'DISCONNECTED');
    });

    it.each<[string, unknown]>([
      ['null', null],
      ['a text', 'call'],
      ['a list', []],
      ['an unknown kind', { t: 'toString', id: 0 }],
      ['an id that is none', { t: 'more', id: '0' }],
      ['a negative id', { t: 'stop', id: -1 }],
      ['a call without operation', { t: 'call', id: 7, input: {} }],
      ['something extra', { t: 'stop', id: 0, extra: 1 }],
      ['an answer', { t: 'done', id: 0, value: {} }],
      ['an id that is in use', { t: 'call', id: 0, op: 'test.waitForAbort', input: {} }],
    ])('closes on a malformed frame to the server: %s', async (_, frame) => {
      const { call, client, aborted, openCalls, started } = await setUp();
      const pending = failsWith(call.test.waitForAbort({}), 'DISCONNECTED');
      await until(started).toBe(1);
      const { promise, resolve } = Promise.withResolvers<unknown>();
      client.onClose(resolve);
      client.send(frame as Frame);
      await pending;
      expect(await promise).toBe('malformed');
      expect([aborted(), openCalls()]).toEqual([1, 0]);
    });

    it.each<[string, unknown]>([
      ['null', null],
      ['an unknown kind', { t: 'push', id: 0, value: 1 }],
      ['a call', { t: 'call', id: 0, op: 'x', input: {} }],
      ['a failure without code', { t: 'fail', id: 0, failure: { message: 'x' } }],
      ['an id that was never given', { t: 'done', id: 99, value: {} }],
    ])('closes on a malformed frame to the client: %s', async (_, frame) => {
      const { client, server, close } = await open();
      onTestFinished(close);
      const call = connect(client, caseContract);
      const pending = failsWith(call.test.waitForAbort({}), 'DISCONNECTED');
      const { promise, resolve } = Promise.withResolvers<unknown>();
      server.onClose(resolve);
      server.send(frame as Frame);
      await pending;
      expect(await promise).toBe('malformed');
    });

    it('closes on a server that sends more than was asked for', async () => {
      const { client, server, close } = await open();
      onTestFinished(close);
      const iterator = connect(client, caseContract).test.numbers({ count: 9 })[Symbol.asyncIterator]();
      const first = iterator.next();
      server.onFrame(() => {
        for (const value of [1, 2, 3]) server.send({ t: 'item', id: 0, value });
      });
      const { promise, resolve } = Promise.withResolvers<unknown>();
      server.onClose(resolve);
      expect(await promise).toBe('malformed');
      expect([(await first).value, (await iterator.next()).value]).toEqual([1, 2]);
      await failsWith(iterator.next(), 'DISCONNECTED');
    });

    it('understands a failure with a code that only a newer Nimdeck knows', async () => {
      const { client, server, close } = await open();
      onTestFinished(close);
      const pending = connect(client, caseContract).test.echo({ text: '' });
      server.onFrame(() =>
        server.send({ t: 'fail', id: 0, failure: { code: 'NEW_ONE', message: 'Read me.' } } as unknown as Frame),
      );
      expect((await failsWith(pending, 'INTERNAL')).message).toBe('Read me.');
    });

    it('ignores what comes late for calls that are over', async () => {
      const { client, server, close } = await open();
      onTestFinished(close);
      const call = connect(client, caseContract);
      const seen: unknown[] = [];
      const gone = Promise.withResolvers<void>();
      server.onFrame((frame) => {
        seen.push(frame);
        const { t, id } = frame as { t: string; id: number };
        if (t === 'stop') {
          server.send({ t: 'item', id, value: 1 });
          server.send({ t: 'done', id, value: null });
          server.send({ t: 'done', id, value: null });
          gone.resolve();
        } else if (id === 1) server.send({ t: 'done', id, value: { text: 'later' } });
      });
      const controller = new AbortController();
      const pending = failsWith(call.test.waitForAbort({}, { signal: controller.signal }), 'CANCELLED');
      controller.abort();
      await Promise.all([pending, gone.promise]);
      expect((await call.test.echo({ text: '' })).text).toBe('later');
      expect(seen).toMatchObject([{ t: 'call' }, { t: 'stop' }, { t: 'call' }]);
    });

    it('ignores stop and more for calls that are over', async () => {
      const { call, client } = await setUp();
      await call.test.echo({ text: '' });
      client.send({ t: 'stop', id: 0 });
      client.send({ t: 'more', id: 0 });
      expect((await call.test.echo({ text: 'fine' })).text).toBe('fine');
    });

    it('limits the open calls of a connection and serves on', async () => {
      const { call } = await setUp({ maxCalls: 3 });
      const controller = new AbortController();
      const { signal } = controller;
      const open3 = [1, 2, 3].map(() => failsWith(call.test.waitForAbort({}, { signal }), 'CANCELLED'));
      await failsWith(call.test.waitForAbort({}), 'CONFLICT');
      controller.abort();
      await Promise.all(open3);
      expect((await call.test.echo({ text: 'on' })).text).toBe('on');
    });

    it('closes 500 open streams at once', async () => {
      const { call, client, finished, aborted, openCalls } = await setUp();
      const controller = new AbortController();
      const { signal } = controller;
      const iterators = await Promise.all(
        Array.from({ length: 500 }, () => firstOf(call.test.watchForAbort({}, { signal }))),
      );
      expect(openCalls()).toBe(500);
      const halfWaiting = iterators.map((iterator) => iterator.next().catch((error: unknown) => error));
      client.close();
      for (const result of await Promise.all(halfWaiting)) expect((result as AppError).code).toBe('DISCONNECTED');
      await until(() => [finished(), aborted(), openCalls()]).toEqual([500, 500, 0]);
    });

    it('aborts 500 open streams of one signal at once', async () => {
      const { call, finished, openCalls } = await setUp();
      const controller = new AbortController();
      const { signal } = controller;
      const iterators = await Promise.all(
        Array.from({ length: 500 }, () => firstOf(call.test.watchForAbort({}, { signal }))),
      );
      const waiting = iterators.map((iterator) => failsWith(iterator.next(), 'CANCELLED'));
      controller.abort();
      await Promise.all(waiting);
      await until(() => [finished(), openCalls()]).toEqual([500, 0]);
      expect((await call.test.echo({ text: 'on' })).text).toBe('on');
    });
  });
}
