import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect as connectSocket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket as RawWebSocket } from 'ws';
import { type CoreHandle, openCore } from '../core/host/open-core.ts';
import { createTestDeps, type TestDeps } from '../core/testing/deps.ts';
import { connect } from '../shared/rpc/connect.ts';
import { request } from '../shared/rpc/contract.ts';
import { openWebSocketPort } from '../shared/rpc/websocket-client.ts';
import { z } from '../shared/zod.ts';
import { type Headless, startHeadless } from './main.ts';
import { loadPages } from './pages.ts';

// What another site in the user's browser, another user of the machine or a program of theirs can send to the port. What
// each of them must not get: the text of a page, a file beside the pages, an opened socket, a call that reaches core.

const pageText = 'the-page-of-nimdeck';
const fileText = 'a-file-beside-the-pages';
const probeContract = { probe: { touch: request(z.strictObject({}), z.number()) } };

let deps: TestDeps;
let headless: Headless;
let touched = 0;
let own = '';
let token = '';

beforeAll(async () => {
  deps = createTestDeps();
  const folder = join(deps.home, 'renderer');
  mkdirSync(join(folder, 'assets'), { recursive: true });
  writeFileSync(join(folder, 'index.html'), `<!doctype html><title>${pageText}</title>`);
  writeFileSync(join(folder, 'assets', 'plain.css'), 'body {}');
  writeFileSync(join(deps.home, 'secret.txt'), fileText);
  symlinkSync(join(deps.home, 'secret.txt'), join(folder, 'link.txt'));
  symlinkSync(deps.home, join(folder, 'up'));
  const create = async () => ({ api: { probe: { touch: async () => (touched += 1) } }, close: async () => {} });
  headless = await startHeadless({
    port: 0,
    dataFolder: deps.dataFolder,
    shouldOpen: false,
    env: { NIMDECK_SECRETS: 'file' },
    open: (given): Promise<CoreHandle> => openCore(given, { contract: probeContract, create }),
    pages: { servePage: () => loadPages(folder) },
  });
  await headless.ready;
  own = `127.0.0.1:${headless.port}`;
  token = new URL(headless.address).hash.slice('#token='.length);
});

afterAll(async () => {
  await headless.close();
  deps[Symbol.dispose]();
});

/** Sends these bytes and gives all that comes until the server closes. A request that is to be answered says `Connection: close`. */
function exchange(bytes: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connectSocket(headless.port, '127.0.0.1', () => socket.write(bytes, 'latin1'));
    let answer = '';
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      answer += text;
      // An opened socket stays open: what it is, is known.
      if (answer.startsWith('HTTP/1.1 101')) socket.destroy();
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer));
  });
}

const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);
const message = (lines: string[], body = '') => `${lines.join('\r\n')}\r\n\r\n${body}`;
const plain = (line: string, ...headers: string[]) => message([line, ...headers, 'Connection: close']);
const ours = () => `Host: ${own}`;
const read = 'GET / HTTP/1.1';

interface Row {
  what: string;
  send: () => string;
  /** 0: closed without an answer. */
  status: number;
}

const foreignHosts = [
  'evil.example',
  'nimdeck.localhost.evil.example',
  '127.0.0.1.evil.example',
  'localhost.:80',
  '127.0.0.1:80@evil.example',
  '0.0.0.0',
  '127.1',
  '2130706433',
  '0x7f000001',
  '[::ffff:127.0.0.1]',
  '10.0.0.5:5577',
  '127.0.0.1, evil.example',
  '127.0.0.1:port',
  '127.0.0.1:999999',
  '',
];

const foreignOrigins = [
  'https://evil.example',
  'null',
  'http://localhost:1',
  'http://127.0.0.1',
  'file://',
  'chrome-extension://abcdefghijklmnop',
  'http://127.0.0.1.evil.example',
  '',
];

const paths = [
  '/../secret.txt',
  '/assets/../../secret.txt',
  '/%2e%2e/secret.txt',
  '/%252e%252e/secret.txt',
  '/%c0%ae%c0%ae/secret.txt',
  '/..%2fsecret.txt',
  '/..%5csecret.txt',
  '/..\\secret.txt',
  '/assets/..;/..;/secret.txt',
  '/link.txt',
  '/up/secret.txt',
  '//secret.txt',
  '/index.html%00.css',
  '/.git/config',
  '/browser-token',
  '/nimdeck.db',
  '/__proto__',
  'file:///etc/passwd',
  'http://evil.example/index.html',
];

const wrongRequests: Row[] = [
  ...foreignHosts.map((host) => ({
    what: `a page asked for under the name “${host}”`,
    send: () => plain(read, `Host: ${host}`),
    status: 421,
  })),
  { what: 'a page asked for without a name', send: () => plain(read), status: 400 },
  { what: 'a page asked for without a name, as HTTP/1.0', send: () => plain('GET / HTTP/1.0'), status: 421 },
  {
    what: 'two names, ours first',
    send: () => plain(read, ours(), 'Host: evil.example'),
    status: 421,
  },
  { what: 'two names, ours last', send: () => plain(read, 'Host: evil.example', ours()), status: 421 },
  ...foreignOrigins.map((origin) => ({
    what: `a page asked for from the origin “${origin}”`,
    send: () => plain(read, ours(), `Origin: ${origin}`),
    status: 403,
  })),
  {
    what: 'two origins, ours first',
    send: () => plain(read, ours(), `Origin: http://${own}`, 'Origin: https://evil.example'),
    status: 403,
  },
  ...paths.map((path) => ({
    what: `the path ${path}`,
    send: () => plain(`GET ${path} HTTP/1.1`, ours()),
    status: 404,
  })),
  { what: 'a NUL in the path', send: () => plain('GET /\0 HTTP/1.1', ours()), status: 400 },
  { what: 'a path of 100 KB', send: () => plain(`GET /${'a'.repeat(100_000)} HTTP/1.1`, ours()), status: 431 },
  ...['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'TRACE', 'LOCK'].map((method) => ({
    what: `the method ${method}`,
    send: () => plain(`${method} / HTTP/1.1`, ours(), 'Content-Length: 0'),
    status: 405,
  })),
  { what: 'a tunnel to elsewhere', send: () => plain('CONNECT evil.example:443 HTTP/1.1', ours()), status: 0 },
  { what: 'a method that is none', send: () => plain('HELLO / HTTP/1.1', ours()), status: 400 },
  { what: 'another protocol', send: () => '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', status: 400 },
  { what: 'HTTP/2 without asking', send: () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', status: 400 },
  { what: '100 KB of headers', send: () => plain(read, ours(), `X: ${'a'.repeat(100_000)}`), status: 431 },
  {
    what: 'both lengths of a body',
    send: () =>
      message(
        ['POST / HTTP/1.1', ours(), 'Content-Length: 6', 'Transfer-Encoding: chunked', 'Connection: close'],
        '0\r\n\r\nG',
      ),
    status: 400,
  },
  {
    what: 'two lengths of a body',
    send: () => message(['POST / HTTP/1.1', ours(), 'Content-Length: 0', 'Content-Length: 9', 'Connection: close']),
    status: 400,
  },
  {
    what: 'a length that is no number',
    send: () => message(['POST / HTTP/1.1', ours(), 'Content-Length: -1', 'Connection: close']),
    status: 400,
  },
  {
    what: 'a chunked body under a misspelled name',
    send: () => message(['POST / HTTP/1.1', ours(), 'Transfer-Encoding: xchunked', 'Connection: close'], '0\r\n\r\n'),
    status: 405,
  },
  {
    what: 'a blank before the colon of a header',
    send: () => plain(read, `Host : ${own}`),
    status: 400,
  },
  {
    what: 'our name on a folded line of another header',
    send: () => plain(read, 'Host: evil.example', 'X: a', ` ${ours()}`),
    status: 400,
  },
  {
    what: 'our name behind a bare line feed',
    send: () => plain(read, `Host: evil.example\nX: ${own}`),
    status: 400,
  },
  {
    what: 'our name as forwarded by somebody',
    send: () => plain(read, 'Host: evil.example', `X-Forwarded-Host: ${own}`, `Forwarded: host=${own}`),
    status: 421,
  },
  {
    what: 'a request hidden in the body of another site’s',
    send: () => {
      const hidden = plain(read, ours());
      const lines = ['POST / HTTP/1.1', ours(), 'Origin: https://evil.example', `Content-Length: ${hidden.length}`];
      return message([...lines, 'Connection: close'], hidden);
    },
    status: 403,
  },
];

const handshake = (change: (lines: string[]) => string[], line = 'GET /rpc HTTP/1.1') =>
  message(
    change([
      line,
      ours(),
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ]),
  );
const instead =
  (name: string, ...lines: string[]) =>
  (old: string[]) => [...old.filter((each) => !each.startsWith(`${name}:`)), ...lines];

const wrongHandshakes: Row[] = [
  ...['evil.example', 'localhost.evil.example', '127.1', ''].map((host) => ({
    what: `a socket under the name “${host}”`,
    send: () => handshake(instead('Host', `Host: ${host}`)),
    status: 421,
  })),
  {
    what: 'a socket under a rebound name, with the origin of that name',
    send: () => handshake(instead('Host', 'Host: evil.example', 'Origin: http://evil.example')),
    status: 421,
  },
  { what: 'a socket under two names', send: () => handshake((old) => [...old, 'Host: evil.example']), status: 421 },
  ...['https://evil.example', 'null', 'http://localhost:3000', ''].map((origin) => ({
    what: `a socket from the origin “${origin}”`,
    send: () => handshake((old) => [...old, `Origin: ${origin}`]),
    status: 403,
  })),
  ...['/', '/rpc/', '/rpc?token=x', '/RPC', '//rpc', 'http://evil.example/rpc'].map((path) => ({
    what: `a socket at ${path}`,
    send: () => handshake((old) => old, `GET ${path} HTTP/1.1`),
    status: 404,
  })),
  {
    what: 'a socket of another version',
    send: () => handshake(instead('Sec-WebSocket-Version', 'Sec-WebSocket-Version: 7')),
    status: 400,
  },
  {
    what: 'a socket without its nonce',
    send: () => handshake(instead('Sec-WebSocket-Key')),
    status: 400,
  },
  {
    what: 'a socket by POST',
    send: () => handshake((old) => old, 'POST /rpc HTTP/1.1'),
    status: 405,
  },
  {
    what: 'an upgrade to another protocol',
    send: () => handshake(instead('Upgrade', 'Upgrade: h2c')),
    status: 400,
  },
];

describe('what is sent to the port', () => {
  it('is answered when it is ours', async () => {
    const page = await exchange(plain(read, ours(), `Origin: http://${own}`));
    expect([statusOf(page), page.includes(pageText)]).toEqual([200, true]);
    const opened = await exchange(handshake((old) => [...old, `Origin: http://${own}`]));
    expect(statusOf(opened)).toBe(101);
  });

  it.each([...wrongRequests, ...wrongHandshakes].map((row) => [row.what, row] as const))(
    'gets nothing: %s',
    async (_what, row) => {
      const answer = await exchange(row.send());
      expect(statusOf(answer)).toBe(row.status);
      expect(answer).not.toContain(pageText);
      expect(answer).not.toContain(fileText);
      expect(answer).not.toContain(token);
      // One answer at most: nothing behind the first request was taken for another.
      expect(answer.split('HTTP/1.1 ').length).toBeLessThanOrEqual(2);
      expect(answer).not.toMatch(/access-control-allow|set-cookie/i);
    },
  );
});

const call = '{"t":"call","id":0,"op":"probe.touch","input":{}}';
const login = (value: unknown, more: object = {}) => JSON.stringify({ t: 'login', token: value, ...more });
const masked = (first: number, payload: Buffer) => {
  const head =
    payload.length < 126 ? Buffer.from([first, 0x80 | payload.length]) : Buffer.from([first, 0x80 | 126, 0, 0]);
  if (payload.length >= 126) head.writeUInt16BE(payload.length, 2);
  // A mask of zeros leaves the payload as it is.
  return Buffer.concat([head, Buffer.alloc(4), payload]);
};

interface FrameRow {
  what: string;
  /** What is sent as soon as the socket is open. Raw bytes go past the library, which would not send them. */
  send: (socket: RawWebSocket, raw: (bytes: Buffer) => void) => void;
  code: number;
}

const refused = 4401;
const wrongFrames: FrameRow[] = [
  ...(
    [
      ['a call without a login', () => call],
      ['no token', () => login('')],
      ['the token of somebody else', () => login('x'.repeat(43))],
      ['the beginning of the token', () => login(token.slice(0, -1))],
      ['the token and more', () => login(`${token}x`)],
      ['the token and a line end', () => login(`${token}\n`)],
      ['the token in other letters', () => login(token.toUpperCase() === token ? 'x' : token.toUpperCase())],
      ['the token in a list', () => login([token])],
      ['the token as an object', () => login({ toString: token })],
      ['a number', () => login(1)],
      ['true', () => login(true)],
      ['nothing', () => login(null)],
      ['a token of a megabyte', () => login('x'.repeat(1_000_000))],
      ['the token under another kind of frame', () => JSON.stringify({ t: 'Login', token })],
      ['a core that is none', () => login(token, { core: '../real' })],
      ['a prototype beside the token', () => `{"t":"login","token":"${token}","__proto__":{"core":"real"},"is":1}`],
      ['no JSON', () => 'GET / HTTP/1.1'],
      ['a hundred thousand brackets', () => '['.repeat(100_000)],
      ['an empty frame', () => ''],
    ] as const
  ).map(([what, text]): FrameRow => ({ what, send: (socket) => socket.send(text()), code: refused })),
  {
    what: 'a wrong token, then the right one',
    send(socket) {
      socket.send(login('x'));
      socket.send(login(token));
      socket.send(call);
    },
    code: refused,
  },
  { what: 'the login as bytes', send: (socket) => socket.send(Buffer.from(login(token))), code: 4400 },
  { what: 'a frame of 9 MB before the login', send: (socket) => socket.send('x'.repeat(9_000_000)), code: 1009 },
  {
    what: 'a frame that claims to have 2^60 bytes',
    send: (_, raw) => raw(Buffer.from('81ff100000000000000000000000', 'hex')),
    code: 1009,
  },
  {
    what: 'a message without an end, in parts',
    send(_, raw) {
      raw(masked(0x01, Buffer.alloc(60_000, 'x')));
      for (let sent = 0; sent < 150; sent += 1) raw(masked(0x00, Buffer.alloc(60_000, 'x')));
    },
    code: 1009,
  },
  { what: 'a frame without a mask', send: (_, raw) => raw(Buffer.from('81026869', 'hex')), code: 1002 },
  { what: 'reserved bits', send: (_, raw) => raw(masked(0xf1, Buffer.from('hi'))), code: 1002 },
  {
    what: 'a compressed frame that nobody agreed on',
    send: (_, raw) => raw(masked(0xc1, Buffer.from('hi'))),
    code: 1002,
  },
  { what: 'a reserved kind of frame', send: (_, raw) => raw(masked(0x83, Buffer.from('hi'))), code: 1002 },
  { what: 'a ping of 200 bytes', send: (_, raw) => raw(masked(0x89, Buffer.alloc(200))), code: 1002 },
  {
    what: 'the rest of a message that never began',
    send: (_, raw) => raw(masked(0x80, Buffer.from('hi'))),
    code: 1002,
  },
  { what: 'text that is not UTF-8', send: (_, raw) => raw(masked(0x81, Buffer.from([0xc3, 0x28]))), code: 1007 },
];

describe('what is sent over an opened socket', () => {
  const open = async () => {
    // A connection of our own, for what the library refuses to send.
    const connection = connectSocket(headless.port, '127.0.0.1');
    const socket = new RawWebSocket(`ws://${own}/rpc`, { createConnection: () => connection });
    onTestFinished(() => socket.terminate());
    const closed = new Promise<number>((resolve) => socket.on('close', resolve));
    let said = 0;
    socket.on('message', () => (said += 1));
    socket.on('error', () => {});
    await new Promise((resolve) => socket.on('open', resolve));
    const raw = (bytes: Buffer): void => void connection.write(bytes);
    return { socket, closed, said: () => said, raw };
  };

  it('is heard when it brings the token', async () => {
    const port = await openWebSocketPort(`ws://${own}/rpc`, token);
    if (port === 'refused') throw new Error('refused');
    onTestFinished(() => port.close());
    const before = touched;
    expect(await connect(port, probeContract).probe.touch({})).toBe(before + 1);
  });

  it.each(wrongFrames.map((row) => [row.what, row] as const))('gets nothing: %s', async (_what, row) => {
    const before = touched;
    const { socket, closed, said, raw } = await open();
    row.send(socket, raw);
    expect(await closed).toBe(row.code);
    expect(said()).toBe(0);
    expect(touched).toBe(before);
  });
});

describe('what is sent slowly', { timeout: 30_000 }, () => {
  it('holds no connection for long and keeps nobody waiting', async () => {
    const began: (() => string)[] = [
      () => '',
      () => 'GET / HT',
      () => `${read}\r\n${ours()}\r\nX-One: 1\r\n`,
      () => message(['POST / HTTP/1.1', ours(), 'Content-Length: 1000000'], 'x'),
    ];
    const drips: NodeJS.Timeout[] = [];
    const slow = began.flatMap((begin) =>
      Array.from({ length: 10 }, () => {
        const socket = connectSocket(headless.port, '127.0.0.1', () => begin() !== '' && socket.write(begin()));
        socket.on('error', () => {});
        socket.resume();
        if (begin() !== '') drips.push(setInterval(() => socket.write('X-More: 1\r\n'), 100));
        return new Promise<void>((resolve) => socket.on('close', () => resolve()));
      }),
    );
    onTestFinished(() => drips.forEach((drip) => clearInterval(drip)));
    expect(await exchange(plain(read, ours()))).toContain(pageText);
    await Promise.all(slow);
    expect(await exchange(plain(read, ours()))).toContain(pageText);
  });
});

it('are at least 60 attacks, each named once', () => {
  const names = [...wrongRequests, ...wrongHandshakes, ...wrongFrames].map(({ what }) => what);
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThanOrEqual(60);
});
