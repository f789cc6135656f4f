import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
  chmodSync,
  symlinkSync,
} from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket as RawWebSocket } from 'ws';
import { type CoreHandle, openCore } from '../core/host/open-core.ts';
import type { CoreDeps } from '../core/deps.ts';
import { createTestDeps } from '../core/testing/deps.ts';
import { caseContract, createCaseService } from '../core/testing/transport-cases.ts';
import { contract } from '../shared/contract/index.ts';
import { AppError } from '../shared/errors.ts';
import type { Job } from '../shared/contract/jobs.ts';
import { connect } from '../shared/rpc/connect.ts';
import { createReconnecting } from '../shared/rpc/reconnecting.ts';
import { openWebSocketPort } from '../shared/rpc/websocket-client.ts';
import { type HeadlessOptions, startHeadless } from './main.ts';
import { loadPages } from './pages.ts';

const testContract = { ...caseContract, jobs: { watch: contract.jobs.watch } };

function testServices(jobs: Job[] = []) {
  return {
    api: {
      ...createCaseService().api,
      jobs: {
        async *watch() {
          yield jobs;
        },
      },
    },
    close: async () => {},
  };
}

function openTestCore(jobs: Job[] = []) {
  const create = async () => testServices(jobs);
  return (deps: CoreDeps): Promise<CoreHandle> => openCore(deps, { contract: testContract, create });
}

function scratch() {
  const deps = createTestDeps();
  onTestFinished(() => deps[Symbol.dispose]());
  const folder = join(deps.home, 'renderer');
  mkdirSync(join(folder, 'assets'), { recursive: true });
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Nimdeck</title>');
  writeFileSync(join(folder, 'assets', 'main-Ab3_xyz9.js'), 'export {};');
  writeFileSync(join(folder, 'assets', 'plain.css'), 'body {}');
  writeFileSync(join(deps.home, 'secret.txt'), 'secret');
  return { dataFolder: deps.dataFolder, folder, home: deps.home };
}

async function start(options: HeadlessOptions & { folder?: string } = {}) {
  const made = options.dataFolder === undefined || options.folder === undefined ? scratch() : null;
  const { folder = made?.folder ?? '', dataFolder = made?.dataFolder, ...rest } = options;
  const notes: string[] = [];
  const headless = await startHeadless({
    port: 0,
    dataFolder,
    shouldOpen: false,
    env: { NIMDECK_SECRETS: 'file' },
    open: openTestCore(),
    pages: { servePage: () => loadPages(folder) },
    note: (text) => notes.push(text),
    ...rest,
  });
  onTestFinished(() => headless.close());
  const url = new URL(headless.address);
  const token = url.hash.slice('#token='.length);
  return { headless, notes, url, token, folder, dataFolder: dataFolder ?? '', rpc: `ws://${url.host}/rpc` };
}

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** By hand: fetch would tidy up the path and refuses to set Host. */
function get(port: number, path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = httpRequest({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      let body = '';
      response.on('data', (chunk) => (body += String(chunk)));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    asked.on('error', reject);
    asked.end();
  });
}

/** The status an upgrade is answered with; 101 when it opens. */
async function upgrade(port: number, headers: Record<string, string>, path = '/rpc'): Promise<number> {
  const socket = new RawWebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
  onTestFinished(() => socket.terminate());
  return await new Promise((resolve) => {
    socket.on('open', () => resolve(101));
    socket.on('unexpected-response', (_, response) => resolve(response.statusCode ?? 0));
    socket.on('error', () => {});
  });
}

async function openPage(rpc: string, token: string) {
  const port = await openWebSocketPort(rpc, token);
  if (port === 'refused') throw new Error('refused');
  onTestFinished(() => port.close());
  return connect(port, testContract);
}

const closeCode = (socket: WebSocket) =>
  new Promise<number>((resolve) => socket.addEventListener('close', ({ code }) => resolve(code)));

describe('pages', () => {
  it('are served with their type, strict headers and cache rules', async () => {
    const { headless, url } = await start();
    const index = await get(headless.port, '/');
    expect([index.status, index.body]).toEqual([200, '<!doctype html><title>Nimdeck</title>']);
    expect(index.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
        `connect-src 'self' ws://${url.host}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-cache',
    });
    expect(index.headers['set-cookie']).toBeUndefined();
    const script = await get(headless.port, '/assets/main-Ab3_xyz9.js?v=1');
    expect(script.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
    });
    expect((await get(headless.port, '/assets/plain.css')).headers['cache-control']).toBe('no-cache');
  });

  it('are not sent again when the browser has them, and have no body for HEAD', async () => {
    const { headless } = await start();
    const { headers } = await get(headless.port, '/index.html');
    const again = await get(headless.port, '/', { 'If-None-Match': String(headers.etag) });
    expect([again.status, again.body]).toEqual([304, '']);
    const head = await get(headless.port, '/', {}, 'HEAD');
    expect([head.status, head.body, head.headers['content-length']]).toEqual([200, '', '37']);
  });

  it.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/..%5c..%5csecret.txt',
    '/assets/%00',
    '//secret.txt',
    '/assets',
    '/assets/',
    '/link.txt',
    '/constructor',
    '/__proto__',
    'http://127.0.0.1/secret.txt',
    '/index.html/',
    '/missing.js',
  ])('lead nowhere else: %s', async (path) => {
    const made = scratch();
    symlinkSync(join(made.home, 'secret.txt'), join(made.folder, 'link.txt'));
    const { headless } = await start({ dataFolder: made.dataFolder, folder: made.folder });
    const answer = await get(headless.port, path);
    expect([answer.status, answer.body]).toEqual([404, 'There is nothing here.\n']);
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('are only read: %s', async (method) => {
    const { headless } = await start();
    expect((await get(headless.port, '/', {}, method)).status).toBe(405);
  });

  it('say by name when they have not been built', async () => {
    const { dataFolder } = scratch();
    const missing = start({ dataFolder, folder: join(dataFolder, 'none') });
    await expect(missing).rejects.toMatchObject({ code: 'NOT_FOUND' });
    // The core was given back: a second start owns it.
    await start({ dataFolder, folder: scratch().folder });
  });
});

describe('access', { timeout: 20_000 }, () => {
  it.each([
    'evil.example',
    'evil.example:5577',
    '127.0.0.1.evil.example',
    'localhost.evil.example:80',
    '127.0.0.1@evil',
    '10.0.0.5:5577',
    '[::2]:1',
  ])('is refused to a name that is not ours: %s', async (host) => {
    const { headless, url } = await start();
    const page = await get(headless.port, '/', { Host: host });
    expect([page.status, page.body.includes('doctype')]).toEqual([421, false]);
    expect(await upgrade(headless.port, { Host: host })).toBe(421);
    expect(await upgrade(headless.port, { Host: host, Origin: `http://${host}` })).toBe(421);
    expect(await upgrade(headless.port, { Host: url.host })).toBe(101);
  });

  it.each(['https://evil.example', 'null', 'http://127.0.0.1:1', 'http://localhost', 'file://', 'https://127.0.0.1'])(
    'is refused to another origin: %s',
    async (origin) => {
      const { headless } = await start();
      expect((await get(headless.port, '/', { Origin: origin })).status).toBe(403);
      expect(await upgrade(headless.port, { Origin: origin })).toBe(403);
    },
  );

  it('is open to its own address by each of its names, also through a forwarded port', async () => {
    const { headless } = await start();
    for (const host of [`127.0.0.1:${headless.port}`, `localhost:${headless.port}`, 'LOCALHOST:8080', '[::1]:9000']) {
      const page = await get(headless.port, '/', { Host: host, Origin: `http://${host.toLowerCase()}` });
      expect(page.status).toBe(200);
      expect(page.headers['content-security-policy']).toContain(`connect-src 'self' ws://${host};`);
      expect(await upgrade(headless.port, { Host: host, Origin: `http://${host}` })).toBe(101);
    }
  });

  it('has one socket address only', async () => {
    const { headless } = await start();
    expect(await upgrade(headless.port, {}, '/')).toBe(404);
    expect(await upgrade(headless.port, {}, '/rpc/')).toBe(404);
  });

  it('needs the right token in the first frame', async () => {
    const { rpc, token } = await start();
    expect(token).toMatch(/^[\w-]{43}$/);
    const page = await openPage(rpc, token);
    expect(await page.test.echo({ text: 'in' })).toEqual({ text: 'in' });
    expect(await openWebSocketPort(rpc, 'x'.repeat(43))).toBe('refused');
    expect(await openWebSocketPort(rpc, `${token}x`)).toBe('refused');
  });

  it('is closed with 4401 without a token in the frame or in the address, and after 3 seconds of silence', async () => {
    const { rpc, token, url } = await start();
    const call = new WebSocket(rpc);
    call.addEventListener('open', () => call.send('{"t":"call","id":0,"op":"test.echo","input":{"text":""}}'));
    expect(await closeCode(call)).toBe(4401);
    // The token in the address of the request counts for nothing, and its path is not ours either.
    expect(await upgrade(Number(url.port), {}, `/rpc?token=${token}`)).toBe(404);
    const started = performance.now();
    // A page of ours that was held up may try again.
    expect(await closeCode(new WebSocket(rpc))).toBe(4503);
    expect(performance.now() - started).toBeLessThan(6_000);
  });

  it('makes a token for each start, in a file of the user; an earlier one is worth nothing', async () => {
    const made = scratch();
    const first = await start(made);
    await first.headless.close();
    const path = join(made.dataFolder, 'browser-token');
    chmodSync(path, 0o644);
    const second = await start(made);
    expect(second.token).not.toBe(first.token);
    expect(await openWebSocketPort(second.rpc, first.token)).toBe('refused');
    expect(readFileSync(path, 'utf8').trim()).toBe(second.token);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('writes the token to no log', async () => {
    const { dataFolder, token, rpc, headless } = await start();
    await openPage(rpc, token);
    await openWebSocketPort(rpc, 'wrong');
    await headless.close();
    const log = readFileSync(join(dataFolder, 'nimdeck.log'), 'utf8');
    expect(log).toContain('browser-shell.start');
    expect(log).not.toContain(token);
  });
});

describe('misuse', () => {
  it('closes an oversize frame with 1009 and serves the others on', async () => {
    const { rpc, token } = await start();
    const other = await openPage(rpc, token);
    const socket = new WebSocket(rpc);
    await new Promise((resolve) => socket.addEventListener('open', resolve));
    socket.send(JSON.stringify({ t: 'login', token }));
    socket.send('x'.repeat(9 * 1024 * 1024));
    expect(await closeCode(socket)).toBe(1009);
    expect(await other.test.echo({ text: 'on' })).toEqual({ text: 'on' });
  });

  it('closes a malformed frame with 4400 and ends what that page had open', async () => {
    const { rpc, token } = await start();
    const socket = new WebSocket(rpc);
    await new Promise((resolve) => socket.addEventListener('open', resolve));
    socket.send(JSON.stringify({ t: 'login', token }));
    socket.send('{"t":"call","id":0,"op":"test.watchForAbort","input":{}}');
    socket.send('{"t":"call",');
    expect(await closeCode(socket)).toBe(4400);
  });
});

describe('the core behind it', { timeout: 20_000 }, () => {
  it('takes another port when its own is taken, and says so', async () => {
    const first = await start();
    const second = await start({ port: first.headless.port });
    expect(second.headless.port).not.toBe(first.headless.port);
    expect(second.notes).toEqual([`Port ${first.headless.port} is taken, so this is port ${second.headless.port}.`]);
    expect(first.notes).toEqual([]);
  });

  it('may be another shell’s; pages are joined to it and move on when it goes', async () => {
    const made = scratch();
    using deps = createTestDeps({ dataFolder: made.dataFolder });
    const owner = await openTestCore()(deps);
    onTestFinished(() => owner.close());
    const { rpc, token } = await start(made);
    const client = createReconnecting((signal) => openWebSocketPort(rpc, token, { signal }), testContract, {
      firstDelayMs: 20,
    });
    onTestFinished(() => client.close());
    const ticks = client.api.test.watchForAbort({})[Symbol.asyncIterator]();
    await ticks.next();
    const waiting = ticks.next();
    const wasCut = expect(waiting).rejects.toMatchObject({ code: 'DISCONNECTED' });
    await owner.close();
    await wasCut;
    // The page comes back by itself, and the browser shell is the owner now.
    await expect.poll(() => client.getState().status, { timeout: 15_000 }).toBe('connected');
    expect(await client.api.test.echo({ text: 'again' })).toEqual({ text: 'again' });
    const later = await openTestCore()(deps);
    expect(later.isOwner).toBe(false);
    await later.close();
  });

  it('ends pages and core when it closes, and gives the folder back', async () => {
    const made = scratch();
    const { headless, rpc, token } = await start(made);
    const page = await openPage(rpc, token);
    const pending = expect(page.test.waitForAbort({})).rejects.toMatchObject({ code: 'DISCONNECTED' });
    await headless.close();
    await pending;
    await expect(get(headless.port, '/')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    using deps = createTestDeps({ dataFolder: made.dataFolder });
    const next = await openTestCore()(deps);
    expect(next.isOwner).toBe(true);
    await next.close();
  });

  it('begins no log again in a folder whose data was removed', async () => {
    const made = scratch();
    mkdirSync(made.dataFolder);
    writeFileSync(join(made.dataFolder, 'thesis.txt'), 'mine');
    const open = (deps: CoreDeps) =>
      openCore(deps, {
        contract: testContract,
        create: async () => ({ ...testServices(), isDataUnwanted: () => true }),
      });
    const { headless } = await start({ ...made, open });
    await headless.ready;
    expect(existsSync(join(made.dataFolder, 'nimdeck.log'))).toBe(true);
    await headless.close();
    expect(readdirSync(made.dataFolder)).toEqual(['thesis.txt']);
  });

  it('tells a page that no core can be opened', async () => {
    const made = scratch();
    using deps = createTestDeps({ dataFolder: made.dataFolder });
    const owner = await openTestCore()(deps);
    let opened = 0;
    const open = (given: CoreDeps) => {
      opened += 1;
      return opened === 1 ? openTestCore()(given) : Promise.reject(new Error('cannot'));
    };
    const { rpc, token, headless } = await start({ ...made, open });
    await headless.ready;
    await owner.close();
    await expect
      .poll(async () => {
        const socket = new WebSocket(rpc);
        socket.addEventListener('open', () => socket.send(JSON.stringify({ t: 'login', token })));
        return await closeCode(socket);
      })
      .toBe(4503);
  });

  it('is not waited for: pages are served before there is one, and their connections are joined when it is there', async () => {
    const opening = Promise.withResolvers<void>();
    const open = async (deps: CoreDeps) => {
      await opening.promise;
      return await openTestCore()(deps);
    };
    const { headless, rpc, token } = await start({ open });
    expect((await get(headless.port, '/')).status).toBe(200);
    const page = await openPage(rpc, token);
    const answer = page.test.echo({ text: 'early' });
    expect(headless.losses()).toBe(null);
    opening.resolve();
    expect(await answer).toEqual({ text: 'early' });
    await headless.ready;
  });

  it('is said to be missing when it cannot be opened at all', async () => {
    const { headless } = await start({ open: () => Promise.reject(new AppError('CONFLICT', 'held')) });
    await expect(headless.ready).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('says what would be lost while a pull runs, as its owner only', async () => {
    const job: Job = {
      id: '1',
      kind: 'pull',
      title: 'nim/example',
      reference: 'nim/example',
      nimId: null,
      state: 'running',
      startedAt: '2026-01-01T00:00:00.000Z',
      endedAt: null,
      start: null,
      cancelKeeps: 'nothing',
      failure: null,
      logTail: null,
      pull: {
        phase: 'DOWNLOADING',
        bytesDone: 5_000_000,
        bytesTotal: null,
        layers: { total: 3, done: 1, existing: 0 },
        bytesPerSecond: null,
        etaSeconds: null,
        stalledSince: null,
      },
    };
    const made = scratch();
    const owner = await start({ ...made, open: openTestCore([job]) });
    await expect.poll(() => owner.headless.losses()).toContain('nim/example is being pulled');
    expect(owner.headless.losses()).toContain('keeps nothing');
    const client = await start({ ...made, open: openTestCore([job]) });
    expect(client.headless.losses()).toBe(null);
    expect((await start()).headless.losses()).toBe(null);
  });

  it('opens the browser by a file of the user, never by an argument with the token', async () => {
    const made = scratch();
    const bin = join(made.home, 'bin');
    const seen = join(made.home, 'seen');
    mkdirSync(bin);
    writeFileSync(join(bin, 'xdg-open'), `#!/bin/sh\necho "$@" > '${seen}.new'\nmv '${seen}.new' '${seen}'\n`, {
      mode: 0o755,
    });
    const env = { PATH: `${bin}:${process.env['PATH']}`, DISPLAY: ':9', NIMDECK_SECRETS: 'file' };
    const { headless, token } = await start({ ...made, env, shouldOpen: undefined });
    await expect.poll(() => existsSync(seen)).toBe(true);
    const file = new URL(readFileSync(seen, 'utf8').trim());
    expect([file.protocol, file.href.includes(token)]).toEqual(['file:', false]);
    expect(readFileSync(file, 'utf8')).toContain(headless.address);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await headless.close();
    expect(existsSync(file)).toBe(false);
  });
});
