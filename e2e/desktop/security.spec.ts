import { type BrowserContext, expect, type Page, test } from '@playwright/test';
import { statusStrip } from '../app.ts';
import { startStandin, type Standin } from '../electron-standin/standin.ts';
import { createWorld, type World } from '../shell.ts';
import { isReal } from './desktop.ts';

test.skip(isReal, 'what only the stand-in records');

const connected = () => expect(statusStrip(page).getByText('Connected to Nimdeck', { exact: true })).toBeVisible();

// One desktop for all of them: none is to leave a trace in it.
let world: World;
let browserContext: BrowserContext;
let desktop: Standin;
let page: Page;

test.beforeAll(async ({ browser }) => {
  world = createWorld({ DOCKER_HOST: 'unix:///nowhere/docker.sock' });
  browserContext = await browser.newContext();
  desktop = await startStandin(browserContext, { env: world.env });
  page = await desktop.page();
});
test.beforeEach(async () => {
  for (const list of [desktop.dialogs, desktop.opened, desktop.posted, desktop.requests]) list.length = 0;
  await connected();
});
test.afterAll(async () => {
  await desktop[Symbol.asyncDispose]();
  await browserContext.close();
  world[Symbol.dispose]();
});

/** Calls of this name from now on. */
function callsFromNow(name: string): () => unknown[][] {
  const before = desktop.callsOf(name).length;
  return () => desktop.callsOf(name).slice(before);
}

test('the window is a page and nothing more', async () => {
  const [options] = desktop.callsOf('new BrowserWindow')[0] as [{ webPreferences: Record<string, unknown> }];
  expect(options.webPreferences).toMatchObject({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    webviewTag: false,
    allowRunningInsecureContent: false,
    navigateOnDragDrop: false,
    spellcheck: false,
  });
  expect(desktop.callsOf('app.enableSandbox')).toHaveLength(1);
  expect(desktop.callsOf('protocol.registerSchemesAsPrivileged')).toEqual([
    [[{ scheme: 'app', privileges: { standard: true, secure: true, codeCache: true } }]],
  ]);
  // One channel behind the bridge.
  expect(desktop.callsOf('webContents.ipc.on')).toEqual([['nimdeck']]);
});

test('what the policy does not reach is refused on the wire', async () => {
  for (const url of [
    'https://evil.example/',
    'http://127.0.0.1:8000/',
    'file:///etc/passwd',
    'ws://127.0.0.1/',
    'app://other/',
  ])
    expect(await desktop.mayRequest(url), url).toBe(false);
  expect(await desktop.mayRequest('app://bundle/index.html')).toBe(true);
});

test('no path leaves the folder of the pages', async () => {
  const status = async (url: string, method?: string) => (await desktop.request(url, method)).status;
  const paths = [
    '../package.json',
    '../../package.json',
    '%2e%2e/package.json',
    '..%2f..%2fpackage.json',
    '%2e%2e%5cpackage.json',
    '..\\package.json',
    '/etc/passwd',
    '%00',
    'index.html%00.js',
    'assets/',
    'assets',
    '../main/index.js',
    'index.html/../../main/index.js',
  ];
  for (const path of paths) expect(await status(`app://bundle/${path}`), path).toBe(404);
  for (const url of ['app://other/index.html', 'app://bundle.evil.example/', 'app://user@other/', 'app://bundle:80/'])
    expect(await status(url), url).toBe(403);
  for (const method of ['POST', 'PUT', 'DELETE', 'HEAD'])
    expect(await status('app://bundle/index.html', method)).toBe(405);
  const answer = await desktop.request('app://bundle/');
  expect(answer.status).toBe(200);
  expect(answer.headers).toMatchObject({
    'content-security-policy': expect.stringContaining("default-src 'none'"),
    'content-type': 'text/html; charset=utf-8',
    'x-content-type-options': 'nosniff',
  });
  expect(answer.headers['content-security-policy']).not.toMatch(/unsafe|ws:|https?:/);
});

test('nothing is permitted but copying and the whole screen, and that to our own page only', async () => {
  const own = 'app://bundle/index.html';
  for (const permission of ['media', 'geolocation', 'notifications', 'clipboard-read', 'midi', 'usb', 'openExternal'])
    expect(await desktop.askPermission(permission, own), permission).toEqual([false, false]);
  for (const permission of ['clipboard-sanitized-write', 'fullscreen']) {
    expect(await desktop.askPermission(permission, own), permission).toEqual([true, true]);
    expect(await desktop.askPermission(permission, 'https://evil.example/'), permission).toEqual([false, false]);
  }
  expect(desktop.callsOf('session.setDevicePermissionHandler')).toEqual([[false]]);
  expect(desktop.callsOf('session.on')).toEqual([['will-download']]);
});

test('what our own page has made can be saved, and nothing else comes down', async () => {
  expect(await desktop.askDownload('blob:app://bundle/0b5e2a56-43c6-4a3c-a94a-6d14d7a9b7a1')).toBe(true);
  for (const url of ['https://evil.example/x.exe', 'blob:https://evil.example/1', 'app://bundle/index.html', 'data:,x'])
    expect(await desktop.askDownload(url), url).toBe(false);
});

test('the page stays where it is, and nothing opens beside it', async () => {
  const address = page.url();
  const windows = callsFromNow('new BrowserWindow');
  const openings = callsFromNow('shell.openExternal');
  const go = (url: string) => page.evaluate((target) => void (location.href = target), url);
  desktop.answers.push('Cancel');
  await go('https://evil.example/');
  await expect.poll(() => desktop.dialogs.length).toBe(1);
  expect(desktop.dialogs[0]).toMatchObject({
    message: 'Open this address in your browser?',
    detail: 'https://evil.example/',
    buttons: ['Open', 'Copy address', 'Cancel'],
  });
  await go('http://127.0.0.1:1/');
  await go('https://docs.nvidia.com/nim/');
  await expect.poll(openings).toEqual([['https://docs.nvidia.com/nim/']]);

  desktop.answers.push('Cancel');
  await page.evaluate(() => {
    for (const url of [
      'https://docs.nvidia.com.evil.example/',
      'http://evil.example/',
      'file:///etc/passwd',
      'mailto:x@y',
      'about:blank',
    ])
      window.open(url);
  });
  await expect.poll(() => desktop.dialogs.length).toBe(2);
  expect(desktop.dialogs[1]?.detail).toBe('https://docs.nvidia.com.evil.example/');
  await expect.poll(() => [desktop.opened.length, browserContext.pages().length]).toEqual([2, 1]);

  expect(await desktop.emit('contents:1', 'will-redirect', { url: 'https://evil.example/' })).toBe(true);
  expect(await desktop.emit('contents:1', 'will-attach-webview')).toBe(true);
  expect(
    await desktop.emit('contents:1', 'will-frame-navigate', { url: 'https://evil.example/', isMainFrame: false }),
  ).toBe(true);

  expect(page.url()).toBe(address);
  expect([windows().length, openings().length]).toEqual([0, 1]);
  await connected();
});

test('a link of the catalogue opens in the browser', async () => {
  const openings = callsFromNow('shell.openExternal');
  await desktop.emit('app', 'open-url', {}, 'nimdeck://models');
  await page.getByRole('main').locator('a[target=_blank]').first().click();
  await expect.poll(openings).toEqual([[expect.stringMatching(/^https:\/\/docs\.nvidia\.com\//)]]);
  expect(desktop.dialogs).toEqual([]);
});

test('a frame in the page is not heard, and neither is a page of somebody else', async () => {
  const up = { page: 'foreign', id: 0 };
  await page.evaluate(() => {
    const frame = document.createElement('iframe');
    frame.name = 'foreign';
    document.body.append(frame);
  });
  const frame = page.frame({ name: 'foreign' });
  if (frame === null) throw new Error('The frame is not there.');
  await frame.evaluate((line) => {
    const foreign = window as unknown as { standinSend(channel: string, message: object): void };
    foreign.standinSend('nimdeck', { t: 'open', ...line });
    foreign.standinSend('nimdeck', { t: 'text', ...line, text: '{"t":"login","token":"window"}' });
  }, up);
  desktop.send('nimdeck', { t: 'open', ...up }, { url: 'https://evil.example/', isTop: true });
  desktop.send('nimdeck', { t: 'open', ...up }, { url: 'app://bundle.evil.example/', isTop: true });
  // One that is heard cuts the page that is there: in order, so that those before have been looked at.
  const cuts = () => desktop.posted.filter((message) => (message as { t: string }).t === 'close').length;
  expect(cuts()).toBe(0);
  desktop.send('nimdeck', { t: 'open', ...up }, { url: 'app://bundle/index.html', isTop: true });
  await expect.poll(cuts).toBe(1);
  await connected();
});

test('what no preload script of ours sends cuts the connection, and the page comes back', async () => {
  await page.evaluate(() => {
    const { nimdeckBridge } = window;
    const reasons: unknown[] = [];
    Object.assign(window, { reasons });
    const bad = nimdeckBridge?.connect(
      () => {},
      (reason) => reasons.push(reason),
    );
    bad?.send('{"t":"login","token":""}');
  });
  await expect
    .poll(() => page.evaluate(() => (window as unknown as { reasons: unknown[] }).reasons))
    .toEqual(['refused']);
  desktop.send('nimdeck', { t: 'open', page: 7 }, { url: 'app://bundle/index.html', isTop: true });
  await connected();
  expect(desktop.printed()).toBe('');
});
