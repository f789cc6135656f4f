import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocketServer, type WebSocket as ServerSocket } from 'ws';
import {
  caseContract,
  createCaseService,
  describeTransport,
  type OpenTransport,
} from '../../core/testing/transport-cases.ts';
import { AppError } from '../errors.ts';
import { connect } from './connect.ts';
import { acceptLogin, login } from './login.ts';
import type { CloseReason, Wire } from './port.ts';
import { serve } from './serve.ts';
import { openWebSocketPort } from './websocket-client.ts';
import { closeCodes, websocketWire } from './websocket.ts';
import { jsonPort, maxFrameBytes, relay } from './wire.ts';

interface Sockets {
  client: WebSocket;
  server: ServerSocket;
  close: () => Promise<void>;
}

async function listen(maxPayload: number = maxFrameBytes.up) {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, maxPayload });
  await once(server, 'listening');
  const close = async () => {
    for (const socket of server.clients) socket.terminate();
    await new Promise((resolve) => server.close(resolve));
  };
  onTestFinished(close);
  return { server, url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

async function openSockets(): Promise<Sockets> {
  const { server, url, close } = await listen();
  const connection = once(server, 'connection') as Promise<[ServerSocket]>;
  const client = new WebSocket(url);
  await new Promise((resolve) => client.addEventListener('open', resolve));
  return { client, server: (await connection)[0], close };
}

async function openTransport(): Promise<OpenTransport> {
  const { client, server, close } = await openSockets();
  return {
    client: jsonPort(websocketWire(client, maxFrameBytes.down), maxFrameBytes.up),
    server: jsonPort(websocketWire(server, maxFrameBytes.up), maxFrameBytes.down),
    cut: () => server.terminate(),
    close,
  };
}

const reasonOf = (wire: Pick<Wire, 'onClose'>) =>
  new Promise<CloseReason | undefined>((resolve) => wire.onClose(resolve));
const codeOf = (socket: WebSocket) =>
  new Promise<number>((resolve) => socket.addEventListener('close', ({ code }) => resolve(code)));

describeTransport('WebSocket', openTransport);

// What a client of another core goes through in the browser shell: texts pass a relay unread.
describeTransport('WebSocket through a relay', async () => {
  const front = await openSockets();
  const back = await openSockets();
  relay(websocketWire(front.server, maxFrameBytes.up), websocketWire(back.client, maxFrameBytes.down));
  return {
    client: jsonPort(websocketWire(front.client, maxFrameBytes.down), maxFrameBytes.up),
    server: jsonPort(websocketWire(back.server, maxFrameBytes.up), maxFrameBytes.down),
    cut: () => front.server.terminate(),
    close: async () => void (await Promise.all([front.close(), back.close()])),
  };
});

describe('a WebSocket that is misused', () => {
  it.each(['', '{', 'call', '{"t":', '[[[[', '\u0000', '['.repeat(100_000)])(
    'is closed on text that is no frame: %.10s',
    async (text) => {
      const { client, server } = await openSockets();
      const { api, aborted } = createCaseService();
      serve(jsonPort(websocketWire(server, maxFrameBytes.up), maxFrameBytes.down), caseContract, api);
      client.send('{"t":"call","id":0,"op":"test.waitForAbort","input":{}}');
      const code = codeOf(client);
      client.send(text);
      expect(await code).toBe(closeCodes.malformed);
      await expect.poll(aborted).toBe(1);
    },
  );

  it('is closed on a binary frame', async () => {
    const { client, server } = await openSockets();
    const reason = reasonOf(websocketWire(server, 100));
    const code = codeOf(client);
    client.send(new Uint8Array([123, 125]));
    expect([await reason, await code]).toEqual(['malformed', closeCodes.malformed]);
  });

  it('is closed by the client on text that is no frame', async () => {
    const { client, server } = await openSockets();
    const call = connect(jsonPort(websocketWire(client, maxFrameBytes.down), maxFrameBytes.up), caseContract);
    const pending = expect(call.test.echo({ text: '' })).rejects.toMatchObject({ code: 'DISCONNECTED' });
    server.send('ok');
    const [code] = (await once(server, 'close')) as [number];
    expect(code).toBe(closeCodes.malformed);
    await pending;
  });

  it('closes with a clear code on an oversize frame, up by the library and down by the wire', async () => {
    const { server: listening, url } = await listen(1000);
    const connection = once(listening, 'connection') as Promise<[ServerSocket]>;
    const up = new WebSocket(url);
    await new Promise((resolve) => up.addEventListener('open', resolve));
    const closed = reasonOf(websocketWire((await connection)[0], 1000));
    const upWire = websocketWire(up, 1000);
    up.send('x'.repeat(1001));
    expect(await reasonOf(upWire)).toBe('oversize');
    await closed;

    const down = await openSockets();
    const serverWire = websocketWire(down.server, 1000);
    const downReason = reasonOf(websocketWire(down.client, 1000));
    // Within the limit in characters, over it in bytes.
    serverWire.send('€'.repeat(400));
    expect([await downReason, await reasonOf(serverWire)]).toEqual(['oversize', 'oversize']);
  });

  it('fails only the one call that is too large, either way', async () => {
    const { client, server } = await openSockets();
    const { api } = createCaseService();
    serve(jsonPort(websocketWire(server, maxFrameBytes.up), 5000), caseContract, api);
    const call = connect(jsonPort(websocketWire(client, maxFrameBytes.down), 10_000), caseContract);
    await expect(call.test.echo({ text: 'x'.repeat(10_000) })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(call.test.echo({ text: 'x'.repeat(6000) })).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(await call.test.echo({ text: 'fits' })).toEqual({ text: 'fits' });
  });

  it('is closed for a reader that stopped reading', async () => {
    const { client, server } = await openSockets();
    const wire = websocketWire(server, 1000);
    Object.defineProperty(server, 'bufferedAmount', { value: 1024 * 1024 * 1024 });
    wire.send('{}');
    expect([await reasonOf(wire), await codeOf(client)]).toEqual(['overload', closeCodes.overload]);
  });

  it('is closed for frames that pile up before anybody listens', async () => {
    const { client, server } = await openSockets();
    const reason = reasonOf(websocketWire(server, 1000));
    for (let index = 0; index < 5000; index += 1) client.send('{}');
    expect(await reason).toBe('overload');
  });

  it('says at once that it is closed, without waiting for the other side', async () => {
    const { client, server } = await openSockets();
    server.pause();
    const wire = websocketWire(client, 1000);
    const started = performance.now();
    wire.close();
    await reasonOf(wire);
    expect(performance.now() - started).toBeLessThan(2000);
    wire.send('ignored');
    server.resume();
  });
});

describe('login', () => {
  const rightToken = 'right-token';
  const openLogin = async (withinMs = 3000) => {
    const { client, server } = await openSockets();
    const serverWire = websocketWire(server, maxFrameBytes.up);
    const isIn = acceptLogin(serverWire, { isRight: (token) => token === rightToken, shell: 'browser', withinMs });
    return { client, clientWire: () => websocketWire(client, maxFrameBytes.down), server, serverWire, isIn };
  };

  it('welcomes the right token and keeps the frames that came meanwhile', async () => {
    const { client, serverWire, isIn } = await openLogin();
    const answers: unknown[] = [];
    client.addEventListener('message', ({ data }) => answers.push(JSON.parse(String(data))));
    client.send(JSON.stringify({ t: 'login', token: rightToken }));
    client.send('{"t":"call","id":0,"op":"test.echo","input":{"text":"a"}}');
    client.send('{"t":"call","id":1,"op":"test.echo","input":{"text":"b"}}');
    expect(await isIn).toBe('real');
    // Whoever takes over does so later: another process may have to be asked first.
    await new Promise((resolve) => setTimeout(resolve, 20));
    serve(jsonPort(serverWire, maxFrameBytes.down), caseContract, createCaseService().api);
    await expect.poll(() => answers.length).toBe(3);
    expect(answers).toMatchObject([
      { t: 'welcome', shell: 'browser' },
      { value: { text: 'a' } },
      { value: { text: 'b' } },
    ]);
  });

  it.each([
    ['a wrong token', JSON.stringify({ t: 'login', token: 'wrong' })],
    ['an empty token', JSON.stringify({ t: 'login', token: '' })],
    ['no token', JSON.stringify({ t: 'login' })],
    ['a token that is no text', JSON.stringify({ t: 'login', token: [rightToken] })],
    ['a call', JSON.stringify({ t: 'call', id: 0, op: 'test.echo', input: {} })],
    ['a call that carries a token', JSON.stringify({ t: 'call', token: rightToken })],
    ['text that is no JSON', rightToken],
  ])('refuses %s with 4401', async (_, frame) => {
    const { client, isIn } = await openLogin();
    const code = codeOf(client);
    const messages: unknown[] = [];
    client.addEventListener('message', ({ data }) => messages.push(data));
    client.send(frame);
    client.send(JSON.stringify({ t: 'login', token: rightToken }));
    expect([await code, await isIn, messages]).toEqual([4401, null, []]);
  });

  it('sends a connection away that says nothing within 3 seconds', async () => {
    const { client, isIn } = await openLogin();
    const started = performance.now();
    const code = await codeOf(client);
    expect([code, await isIn]).toEqual([4503, null]);
    expect(performance.now() - started).toBeLessThan(6000);
  });

  it('ends with the connection', async () => {
    const { client, isIn } = await openLogin();
    client.close();
    expect(await isIn).toBeNull();
  });

  it('takes the core that the client asks for, and no other word', async () => {
    const practising = await openLogin();
    await login(practising.clientWire(), rightToken, { core: 'practice' });
    expect(await practising.isIn).toBe('practice');
    const unknown = await openLogin();
    unknown.client.send(JSON.stringify({ t: 'login', token: rightToken, core: 'other' }));
    expect(await unknown.isIn).toBeNull();
  });

  it('tells the client who welcomes it, or that it was refused', async () => {
    const right = await openLogin();
    expect(await login(right.clientWire(), rightToken)).toMatchObject({ shell: 'browser' });
    const wrong = await openLogin();
    expect(await login(wrong.clientWire(), 'wrong')).toBe('refused');
  });

  it('fails at the client when the other side says nothing, goes away, or talks of something else', async () => {
    const silent = await openSockets();
    const options = { withinMs: 30 };
    const disconnected = { code: 'DISCONNECTED' };
    await expect(login(websocketWire(silent.client, 100), 'x', options)).rejects.toMatchObject(disconnected);
    const gone = await openSockets();
    gone.server.on('message', () => gone.server.terminate());
    await expect(login(websocketWire(gone.client, 100), 'x')).rejects.toMatchObject(disconnected);
    const other = await openSockets();
    other.server.on('message', () => other.server.send('ok'));
    await expect(login(websocketWire(other.client, 100), 'x')).rejects.toMatchObject(disconnected);
  });

  it('obeys a signal, before and during the login', async () => {
    const { client, server } = await openSockets();
    await expect(login(websocketWire(client, 100), 'x', { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
    const second = await openSockets();
    const controller = new AbortController();
    second.server.on('message', () => controller.abort());
    const waiting = login(websocketWire(second.client, 100), 'x', { signal: controller.signal });
    await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' });
    for (const socket of [server, second.server]) await expect.poll(() => socket.readyState).toBe(socket.CLOSED);
  });
});

describe('openWebSocketPort', () => {
  it('opens, logs in and calls', async () => {
    const { server, url } = await listen();
    server.on('connection', (socket) => {
      const wire = websocketWire(socket, maxFrameBytes.up);
      const accept = async () => {
        if (!(await acceptLogin(wire, { isRight: (token) => token === 'right', shell: 'browser' }))) return;
        serve(jsonPort(wire, maxFrameBytes.down), caseContract, createCaseService().api);
      };
      void accept();
    });
    const port = await openWebSocketPort(url, 'right');
    if (port === 'refused') throw new Error('refused');
    expect(await connect(port, caseContract).test.echo({ text: 'hello' })).toEqual({ text: 'hello' });
    expect(await openWebSocketPort(url, 'wrong')).toBe('refused');
  });

  it('fails when nobody listens, and obeys its signal while it opens', async () => {
    const { url, close } = await listen();
    await close();
    await expect(openWebSocketPort(url, 'x')).rejects.toBeInstanceOf(AppError);
    await expect(openWebSocketPort(url, 'x', { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
  });
});
