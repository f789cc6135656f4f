import { expect, type Page, test } from '@playwright/test';
import { statusStrip } from '../app.ts';
import { startStandin, type Standin } from '../electron-standin/standin.ts';
import { createWorld, type World } from '../shell.ts';

interface Opened extends AsyncDisposable {
  desktop: Standin;
  page: Page;
  world: World;
}

async function openDesktop(context: Parameters<typeof startStandin>[0]): Promise<Opened> {
  const world = createWorld({ DOCKER_HOST: 'unix:///nowhere/docker.sock' });
  const desktop = await startStandin(context, { env: world.env });
  const page = await desktop.page();
  await expect(statusStrip(page).getByText('Connected', { exact: true })).toBeVisible();
  return {
    desktop,
    page,
    world,
    async [Symbol.asyncDispose]() {
      await desktop[Symbol.asyncDispose]();
      world[Symbol.dispose]();
    },
  };
}

test('the window is a page and nothing more', async ({ context }) => {
  await using opened = await openDesktop(context);
  const { desktop, page } = opened;
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
  // All that the page has of the desktop, and one channel behind it.
  expect(await page.evaluate(() => Object.keys(window.nimdeckBridge ?? {}))).toEqual(['connect']);
  expect(desktop.callsOf('webContents.ipc.on')).toEqual([['nimdeck']]);
  const globals = await page.evaluate(() =>
    ['require', 'process', 'module', 'Buffer'].filter((name) => name in window),
  );
  expect(globals).toEqual([]);
});

test('its policy holds: no other host, no inline script, nothing evaluated, no style of somebody else', async ({
  context,
}) => {
  await using opened = await openDesktop(context);
  const { desktop, page } = opened;
  const before = desktop.requests.length;
  const refused = await page.evaluate(async () => {
    const violations: string[] = [];
    Object.assign(window, { violations });
    document.addEventListener('securitypolicyviolation', (event) => violations.push(event.effectiveDirective));
    const script = document.createElement('script');
    script.textContent = 'window.wasRun = true';
    const style = document.createElement('style');
    style.textContent = 'body { display: none }';
    const image = document.createElement('img');
    image.src = 'https://evil.example/pixel.png';
    const frame = document.createElement('iframe');
    frame.src = 'https://evil.example/';
    document.body.append(script, style, image, frame);
    const fetched = await fetch('https://evil.example/').then(
      () => 'fetched',
      () => 'refused',
    );
    let socket = 'opened';
    try {
      const opening = new WebSocket('wss://evil.example/');
      socket = await new Promise((resolve) => (opening.onerror = () => resolve('refused')));
    } catch {
      socket = 'refused';
    }
    let evaluated = 'evaluated';
    try {
      // oxlint-disable-next-line no-new-func -- this is what must not be possible
      new Function('return 1')();
    } catch {
      evaluated = 'refused';
    }
    return { fetched, socket, evaluated, wasRun: 'wasRun' in window };
  });
  expect(refused).toMatchObject({ fetched: 'refused', socket: 'refused', evaluated: 'refused', wasRun: false });
  const violations = () =>
    page.evaluate(() => [...new Set((window as unknown as { violations: string[] }).violations)]);
  await expect
    .poll(async () => (await violations()).toSorted())
    .toEqual(['connect-src', 'frame-src', 'img-src', 'script-src', 'script-src-elem', 'style-src-elem']);
  // Nothing of it got as far as the wire.
  expect(desktop.requests.slice(before)).toEqual([]);
});

test('what the policy does not reach is refused on the wire', async ({ context }) => {
  await using opened = await openDesktop(context);
  const { desktop } = opened;
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

test('no path leaves the folder of the pages', async ({ context }) => {
  await using opened = await openDesktop(context);
  const { desktop } = opened;
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
  const page = await desktop.request('app://bundle/');
  expect(page.status).toBe(200);
  expect(page.headers).toMatchObject({
    'content-security-policy': expect.stringContaining("default-src 'none'"),
    'content-type': 'text/html; charset=utf-8',
    'x-content-type-options': 'nosniff',
  });
  expect(page.headers['content-security-policy']).not.toMatch(/unsafe|ws:|https?:/);
});

test('nothing is permitted but copying, and that to our own page only', async ({ context }) => {
  await using opened = await openDesktop(context);
  const { desktop } = opened;
  const own = 'app://bundle/index.html';
  for (const permission of [
    'media',
    'geolocation',
    'notifications',
    'clipboard-read',
    'midi',
    'usb',
    'fullscreen',
    'openExternal',
  ])
    expect(await desktop.askPermission(permission, own), permission).toEqual([false, false]);
  expect(await desktop.askPermission('clipboard-sanitized-write', own)).toEqual([true, true]);
  expect(await desktop.askPermission('clipboard-sanitized-write', 'https://evil.example/')).toEqual([false, false]);
  expect(desktop.callsOf('session.setDevicePermissionHandler')).toEqual([[false]]);
  expect(desktop.callsOf('session.on')).toEqual([['will-download']]);
});

test('the page stays where it is, and nothing opens beside it', async ({ context }) => {
  await using opened = await openDesktop(context);
  const { desktop, page } = opened;
  const address = page.url();
  const begun = desktop.callsOf('new BrowserWindow').length;
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
  await expect.poll(() => desktop.callsOf('shell.openExternal')).toEqual([['https://docs.nvidia.com/nim/']]);

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
  desktop.answers.push('Cancel');
  await expect.poll(() => desktop.dialogs.length).toBe(2);
  expect(desktop.dialogs[1]?.detail).toBe('https://docs.nvidia.com.evil.example/');
  await expect.poll(() => [desktop.opened.length, context.pages().length]).toEqual([2, 1]);

  expect(await desktop.emit('contents:1', 'will-redirect', { url: 'https://evil.example/' })).toBe(true);
  expect(await desktop.emit('contents:1', 'will-attach-webview')).toBe(true);
  expect(
    await desktop.emit('contents:1', 'will-frame-navigate', { url: 'https://evil.example/', isMainFrame: false }),
  ).toBe(true);

  expect(page.url()).toBe(address);
  expect(desktop.callsOf('new BrowserWindow')).toHaveLength(begun);
  expect(desktop.callsOf('shell.openExternal')).toHaveLength(1);
  await expect(statusStrip(page).getByText('Connected', { exact: true })).toBeVisible();
});

test('a link of the catalogue opens in the browser', async ({ context }) => {
  await using opened = await openDesktop(context);
  const { desktop, page } = opened;
  await desktop.emit('app', 'open-url', {}, 'nimdeck://models');
  await page.getByRole('main').locator('a[target=_blank]').first().click();
  await expect.poll(() => desktop.callsOf('shell.openExternal').length).toBe(1);
  expect(desktop.callsOf('shell.openExternal')[0]?.[0]).toMatch(/^https:\/\/docs\.nvidia\.com\//);
  expect(desktop.dialogs).toEqual([]);
});

test('a frame in the page is not heard, and neither is a page of somebody else', async ({ context }) => {
  await using opened = await openDesktop(context);
  const { desktop, page } = opened;
  const up = { page: 'foreign', id: 0 };
  await page.evaluate(() => {
    const frame = document.createElement('iframe');
    frame.name = 'foreign';
    document.body.append(frame);
  });
  const frame = page.frame({ name: 'foreign' });
  if (frame === null) throw new Error('The frame is not there.');
  await frame.evaluate((line) => {
    const send = (window as unknown as { standinSend(channel: string, message: object): void }).standinSend;
    send('nimdeck', { t: 'open', ...line });
    send('nimdeck', { t: 'text', ...line, text: '{"t":"login","token":"window"}' });
  }, up);
  desktop.send('nimdeck', { t: 'open', ...up }, { url: 'https://evil.example/', isTop: true });
  desktop.send('nimdeck', { t: 'open', ...up }, { url: 'app://bundle.evil.example/', isTop: true });
  // One that is heard cuts the page that is there: in order, so that those before have been looked at.
  const cuts = () => desktop.posted.filter((message) => (message as { t: string }).t === 'close').length;
  expect(cuts()).toBe(0);
  desktop.send('nimdeck', { t: 'open', ...up }, { url: 'app://bundle/index.html', isTop: true });
  await expect.poll(cuts).toBe(1);
  await expect(statusStrip(page).getByText('Connected', { exact: true })).toBeVisible();
});

test('what no preload script of ours sends cuts the connection, and the page comes back', async ({ context }) => {
  await using opened = await openDesktop(context);
  const { desktop, page } = opened;
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
  await expect(statusStrip(page).getByText('Connected', { exact: true })).toBeVisible();
  expect(desktop.printed()).toBe('');
});
