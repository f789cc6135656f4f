import { type BrowserContext, expect, test } from '@playwright/test';
import { openPage, statusStrip } from '../app.ts';
import { createWorld, type World } from '../shell.ts';
import { type Desktop, openDesktop } from './desktop.ts';

// What a page in the desktop can see and reach, in the stand-in and in Electron alike. One desktop for all of them.
let world: World;
let browserContext: BrowserContext;
let desktop: Desktop;

test.beforeAll(async ({ browser }) => {
  world = createWorld({ DOCKER_HOST: 'unix:///nowhere/docker.sock' });
  browserContext = await browser.newContext();
  desktop = await openDesktop(browserContext, world);
});
test.beforeEach(() => connected());
test.afterAll(async () => {
  await desktop[Symbol.asyncDispose]();
  await browserContext.close();
  world[Symbol.dispose]();
});

const connected = () =>
  expect(statusStrip(desktop.page).getByText('Connected to Nimdeck', { exact: true })).toBeVisible();

test('it has a bridge for texts and nothing else of the desktop', async () => {
  expect(await desktop.page.evaluate(() => Object.keys(window.nimdeckBridge ?? {}))).toEqual(['connect']);
  const isThere = await desktop.page.evaluate(() =>
    ['require', 'process', 'module', 'Buffer', 'electron', 'ipcRenderer'].filter((name) => name in window),
  );
  expect(isThere).toEqual([]);
});

test('it connects again after it was loaded anew, wherever it was', async () => {
  const { page } = desktop;
  await openPage(page, 'Settings');
  await page.reload();
  await connected();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Settings');
});

test('it stays where it is when it is told to go to a place that no browser is asked about', async () => {
  const { page } = desktop;
  const address = page.url();
  for (const url of ['http://127.0.0.1:1/', 'file:///etc/passwd', 'data:text/html,x'])
    await page.evaluate((target) => void (location.href = target), url);
  await page.evaluate(() => void window.open('http://127.0.0.1:1/'));
  await openPage(page, 'Models');
  await openPage(page, 'Settings');
  expect(page.url()).toBe(address);
});

test('its policy holds: no other host, no inline script, nothing evaluated, no style of somebody else', async () => {
  if (desktop.standin !== null) desktop.standin.requests.length = 0;
  const refused = await desktop.page.evaluate(async () => {
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
      socket = await new Promise((resolve) => opening.addEventListener('error', () => resolve('refused')));
    } catch {
      socket = 'refused';
    }
    let evaluated = 'evaluated';
    try {
      // oxlint-disable-next-line no-new-func, typescript/no-implied-eval -- this is what must not be possible
      new Function('return 1')();
    } catch {
      evaluated = 'refused';
    }
    return { fetched, socket, evaluated, wasRun: 'wasRun' in window };
  });
  expect(refused).toMatchObject({ fetched: 'refused', socket: 'refused', evaluated: 'refused', wasRun: false });
  const violations = () =>
    desktop.page.evaluate(() => [...new Set((window as unknown as { violations: string[] }).violations)]);
  await expect
    .poll(async () => (await violations()).toSorted())
    .toEqual(['connect-src', 'frame-src', 'img-src', 'script-src', 'script-src-elem', 'style-src-elem']);
  // Nothing of it got as far as the wire.
  if (desktop.standin !== null) expect(desktop.standin.requests).toEqual([]);
});
