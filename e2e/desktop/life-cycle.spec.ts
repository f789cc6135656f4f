import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { openImageDialog, openPage, railLink, statusStrip } from '../app.ts';
import { practiceVariable } from '../../core/host/practice-core.ts';
import { createWorld } from '../shell.ts';
import { type Standin, startStandin } from '../electron-standin/standin.ts';
import { isReal } from './desktop.ts';
import { createDesktopPlace, type DesktopPlace } from './place.ts';

test.skip(isReal, 'what only the stand-in can provoke');

const connected = (page: Page) =>
  expect(statusStrip(page).getByText('Connected to Nimdeck', { exact: true })).toBeVisible();
const routeOf = (page: Page) => new URL(page.url()).hash;

/** Asks the page for a pull of the place's NIM, which comes slowly. */
async function beginPull(page: Page, { nim }: DesktopPlace, desktop: Standin): Promise<void> {
  await (await openImageDialog(page, nim)).getByRole('button', { name: 'Pull', exact: true }).click();
  await expect.poll(() => desktop.tray().labels.join()).toContain(`Pulling ${nim}`);
}

test('the window shows before anything is asked of the engine, and an engine that hangs delays nothing', async ({
  context,
}) => {
  using world = createWorld({});
  const socketPath = join(world.folder, 'hangs.sock');
  const desktops: Standin[] = [];
  const shownWhenAsked: boolean[] = [];
  // It accepts and never answers.
  const engine = createServer(() => shownWhenAsked.push(desktops[0]?.callsOf('new BrowserWindow').length === 1));
  await new Promise<void>((resolve) => engine.listen(socketPath, resolve));
  world.env['DOCKER_HOST'] = `unix://${socketPath}`;
  await using desktop = await startStandin(context, { env: world.env });
  desktops.push(desktop);
  const page = await desktop.page();
  await connected(page);
  await openPage(page, 'Models');
  await expect(page.getByRole('main').getByRole('listitem').first()).toBeVisible();
  await expect.poll(() => shownWhenAsked.length).toBeGreaterThan(0);
  expect(shownWhenAsked).not.toContain(false);
  const names = desktop.calls.map(({ name }) => name);
  for (const before of ['app.enableSandbox', 'protocol.registerSchemesAsPrivileged'])
    expect(names.indexOf(before)).toBeLessThan(names.indexOf('app.ready'));
  for (const before of ['session.setPermissionRequestHandler', 'session.webRequest.onBeforeRequest', 'protocol.handle'])
    expect(names.indexOf(before)).toBeLessThan(names.indexOf('new BrowserWindow'));
  expect(await desktop.end()).toBe(0);
  engine.close();
});

test('the tray shows what runs and what is under way; it leads there and quits', async ({ context }) => {
  await using place = await createDesktopPlace({ bytesPerSecond: 60_000_000 });
  await using desktop = await place.start(context);
  const page = await desktop.page();
  await expect.poll(() => desktop.tray().labels).toEqual(['No NIM runs', 'Open Nimdeck', 'Settings …', 'Quit Nimdeck']);
  await beginPull(page, place, desktop);
  expect(desktop.tray().tooltip).toContain('No NIM runs, 1 job under way');
  await desktop.click('tray', 'Settings …');
  await expect(railLink(page, 'Settings')).toHaveAttribute('aria-current', 'page');
  await desktop.click('application', 'Models');
  await expect(railLink(page, 'Models')).toHaveAttribute('aria-current', 'page');
  const view = desktop.applicationMenu().find(({ role }) => role === 'viewMenu')?.submenu ?? [];
  // The page's own shortcuts stay the page's; zooming is the window's, with and without Shift.
  expect(view.filter(({ accelerator }) => accelerator !== null)).toMatchObject([
    { role: 'zoomIn', accelerator: 'CommandOrControl+=' },
  ]);
  for (const role of ['resetZoom', 'zoomIn', 'zoomOut', 'togglefullscreen'])
    expect(view.map((entry) => entry.role)).toContain(role);
  // Nothing of it was loaded anew.
  expect(desktop.callsOf('window.loadURL')).toHaveLength(1);
  await expect.poll(() => desktop.tray().labels[0], { timeout: 60_000 }).toBe('No NIM runs');
  await desktop.click('tray', 'Quit Nimdeck');
  expect(await desktop.ended).toBe(0);
  expect(desktop.dialogs).toEqual([]);
});

test('quit and close ask only while a pull would be lost, and say what', async ({ context }) => {
  await using place = await createDesktopPlace({ bytesPerSecond: 2_000_000 });
  await using desktop = await place.start(context);
  const page = await desktop.page();
  await beginPull(page, place, desktop);
  await expect(page.getByText(/MB of/).first()).toBeVisible();

  desktop.answers.push('Keep it going');
  await desktop.click('tray', 'Quit Nimdeck');
  await expect.poll(() => desktop.dialogs.length).toBe(1);
  expect(desktop.dialogs[0]).toMatchObject({
    message: 'Quit now and stop what is under way?',
    detail: expect.stringMatching(/chat-8b:2\.0\.6 is being pulled: .* have arrived; .*keeps nothing/),
    buttons: ['Keep it going', 'Quit and stop it'],
  });

  desktop.answers.push('Go on in the background');
  await desktop.closeWindow();
  await expect.poll(() => desktop.callsOf('window.hide')).toHaveLength(1);
  expect(desktop.dialogs[1]?.message).toBe('Close the window and stop what is under way?');
  expect(desktop.windowCount()).toBe(1);
  await desktop.click('tray', 'Open Nimdeck');
  await expect.poll(() => desktop.callsOf('window.show')).toHaveLength(1);
  await expect(page.getByText(/MB of/).first()).toBeVisible();

  desktop.answers.push('Quit and stop it');
  await desktop.closeWindow();
  expect(await desktop.ended).toBe(0);
  expect(desktop.dialogs).toHaveLength(3);
});

test('a job that ends while one looks elsewhere is told, and a click leads to it', async ({ context }) => {
  await using place = await createDesktopPlace({ bytesPerSecond: 100_000_000 });
  await using desktop = await place.start(context);
  const page = await desktop.page();
  await desktop.setFocus(false);
  await beginPull(page, place, desktop);
  await expect.poll(() => desktop.callsOf('notification.show')).toHaveLength(1);
  expect(desktop.callsOf('notification.show')).toEqual([[{ title: `${place.nim} is pulled`, body: '' }]]);
  await openPage(page, 'Settings');
  await desktop.emit('notification:0', 'click');
  await expect.poll(() => routeOf(page)).toBe('#/models');
  expect(desktop.callsOf('window.focus')).toHaveLength(1);

  // Who looks at the window sees it there.
  await desktop.setFocus(true);
  place.engine.provoke('next-pull-fills-disk');
  await place.docker.getImage(place.nim).remove({ force: true });
  await (await openImageDialog(page, place.nim)).getByRole('button', { name: 'Pull', exact: true }).click();
  await expect(page.getByText(/disk is full|no space/i).first()).toBeVisible();
  expect(desktop.callsOf('notification.show')).toHaveLength(1);
});

test('a second start brings the first one to the front, with its link, and goes', async ({ context }) => {
  using world = createWorld({ DOCKER_HOST: 'unix:///nowhere/docker.sock' });
  await using desktop = await startStandin(context, { env: world.env });
  const page = await desktop.page();
  await connected(page);
  await using second = await startStandin(context, { env: world.env, args: ['nimdeck://chat'] });
  expect(await second.ended).toBe(0);
  expect(second.callsOf('new BrowserWindow')).toEqual([]);
  expect(second.callsOf('app.requestSingleInstanceLock')).toEqual([[{ args: ['nimdeck://chat'] }]]);
  // What Electron then does: the first one hears of it.
  await desktop.emit('app', 'second-instance', {}, ['electron', '.'], '/', { args: ['nimdeck://chat'] });
  await expect.poll(() => routeOf(page)).toBe('#/chat');
  expect(desktop.callsOf('window.focus')).toHaveLength(1);
});

test('links of ours navigate, and hostile ones go nowhere', async ({ context }) => {
  using world = createWorld({ DOCKER_HOST: 'unix:///nowhere/docker.sock' });
  await using desktop = await startStandin(context, { env: world.env, args: ['nimdeck://models'] });
  const page = await desktop.page();
  await connected(page);
  expect(routeOf(page)).toBe('#/models');
  const open = (url: string) => desktop.emit('app', 'open-url', {}, url);
  for (const name of ['home', 'models', 'running', 'hardware', 'chat', 'settings']) {
    expect(await open(`nimdeck://${name}/`)).toBe(true);
    await expect.poll(() => routeOf(page)).toBe(`#/${name}`);
    await expect(page.getByRole('main').getByText('There is nothing here')).toHaveCount(0);
  }
  const hostile = [
    'nimdeck://running/../models',
    'nimdeck://models?x=1#y',
    "nimdeck://chat/');alert(1)//",
    'nimdeck://chat/"+fetch("https://evil.example")+"',
    'nimdeck://evil.example/models',
    'nimdeck:javascript:alert(1)',
    'https://evil.example/',
    `nimdeck://chat/${'x'.repeat(1000)}`,
  ];
  const scripts = desktop.callsOf('webContents.executeJavaScript').length;
  for (const url of hostile) await open(url);
  // In order: when this one has been followed, those before have been looked at.
  await open('nimdeck://running');
  await expect.poll(() => routeOf(page)).toBe('#/running');
  expect(desktop.callsOf('webContents.executeJavaScript')).toHaveLength(scripts + 1);
  expect(desktop.callsOf('shell.openExternal')).toEqual([]);
});

test('the window comes back as it was left, but never where no display is', async ({ context }) => {
  using world = createWorld({ DOCKER_HOST: 'unix:///nowhere/docker.sock' });
  const start = (displays: { x: number; y: number; width: number; height: number }[]) =>
    startStandin(context, { env: world.env, displays });
  const sizeOf = ({ calls }: Standin) =>
    calls.find(({ name }) => name === 'new BrowserWindow')?.args[0] as Record<string, unknown>;
  const large = { x: 0, y: 0, width: 2560, height: 1400 };
  {
    await using first = await start([large]);
    await connected(await first.page());
    expect(sizeOf(first)).toMatchObject({ width: 1280, height: 820, minWidth: 900 });
    expect(await first.end()).toBe(0);
  }
  {
    await using again = await start([large]);
    await connected(await again.page());
    expect(sizeOf(again)).toMatchObject({ x: 100, y: 100, width: 1280, height: 820 });
    expect(await again.end()).toBe(0);
  }
  await using elsewhere = await start([{ x: 5000, y: 0, width: 1024, height: 700 }]);
  await connected(await elsewhere.page());
  expect(sizeOf(elsewhere)).toMatchObject({ width: 1024, height: 700 });
  expect(sizeOf(elsewhere)).not.toHaveProperty('x');
});

test('a page that crashes is loaded again, until it crashes again and again', async ({ context }) => {
  using world = createWorld({ DOCKER_HOST: 'unix:///nowhere/docker.sock' });
  await using desktop = await startStandin(context, { env: world.env });
  const page = await desktop.page();
  await connected(page);
  await page.evaluate(() => Object.assign(window, { isOld: true }));
  await desktop.crash();
  await page.waitForFunction(() => !('isOld' in window));
  await connected(page);
  for (let index = 0; index < 2; index += 1) await desktop.crash();
  await expect.poll(() => desktop.callsOf('webContents.reload')).toHaveLength(3);
  desktop.answers.push('Quit Nimdeck');
  await desktop.crash();
  expect(await desktop.ended).toBe(0);
  expect(desktop.dialogs).toMatchObject([{ message: 'The window stopped working' }]);
});

test('what is told to the desktop is done: theme, tray, closing to it, start at login', async ({ context }) => {
  using world = createWorld({ DOCKER_HOST: 'unix:///nowhere/docker.sock' });
  await using desktop = await startStandin(context, { env: world.env, isPackaged: true });
  const page = await desktop.page();
  await connected(page);
  expect(JSON.stringify(desktop.applicationMenu())).not.toContain('toggleDevTools');
  expect(desktop.callsOf('app.setAsDefaultProtocolClient')).toEqual([['nimdeck']]);
  await openPage(page, 'Settings');
  await page.getByRole('combobox', { name: 'Theme' }).click();
  await page.getByRole('option', { name: 'Dark' }).click();
  await expect.poll(() => desktop.callsOf('nativeTheme.themeSource').at(-1)).toEqual(['dark']);
  await expect.poll(() => desktop.callsOf('window.setBackgroundColor').at(-1)).toEqual(['#0f1118']);

  const option = (name: string) => page.getByRole('switch', { name });
  const autostart = join(world.folder, 'home/.config/autostart/nimdeck.desktop');
  await option('Start when I sign in').click();
  await expect.poll(() => existsSync(autostart)).toBe(true);
  expect(readFileSync(autostart, 'utf8')).toMatch(/^Exec=".*" "--hidden"$/m);
  await option('Start when I sign in').click();
  await expect.poll(() => existsSync(autostart)).toBe(false);

  await option('Closing the window leaves').click();
  await expect(option('Closing the window leaves')).toBeChecked();
  await desktop.closeWindow();
  await expect.poll(() => desktop.callsOf('window.hide')).toHaveLength(1);
  await desktop.click('tray', 'Open Nimdeck');
  await option('Icon in the tray').click();
  await expect.poll(() => desktop.callsOf('tray.destroy')).toHaveLength(1);
  // Without a tray nobody could get it back.
  await desktop.closeWindow();
  expect(await desktop.ended).toBe(0);
});

test('started with the session it stays in the tray, until somebody wants it', async ({ context }) => {
  using world = createWorld({ DOCKER_HOST: 'unix:///nowhere/docker.sock' });
  await using desktop = await startStandin(context, { env: world.env, args: ['--hidden'] });
  await expect.poll(() => desktop.tray().labels).toContain('The engine cannot be asked');
  expect(desktop.windowCount()).toBe(0);
  await desktop.click('tray', 'Open Nimdeck');
  await connected(await desktop.page());
});

test('a data folder that cannot be made is said, and nothing begins', async ({ context }) => {
  using world = createWorld({});
  const file = join(world.folder, 'file');
  writeFileSync(file, '');
  await using desktop = await startStandin(context, { env: { ...world.env, NIMDECK_DATA: join(file, 'data') } });
  expect(await desktop.ended).toBe(1);
  expect(desktop.callsOf('dialog.showErrorBox')).toMatchObject([
    ['Nimdeck cannot start', expect.stringContaining(file)],
  ]);
  expect(desktop.callsOf('app.ready')).toEqual([]);
});

test('ends at once and clean when the system asks for it', async ({ context }) => {
  await using place = await createDesktopPlace({ bytesPerSecond: 2_000_000 });
  await using desktop = await place.start(context);
  const page = await desktop.page();
  await beginPull(page, place, desktop);
  expect(await desktop.end('SIGTERM')).toBe(0);
  expect(desktop.dialogs).toEqual([]);
  // The next one has no owner to wait for.
  expect(existsSync(join(place.world.folder, 'data/core.json'))).toBe(false);
});

test('a core that cannot be opened is said, and tried again until somebody gives up', async ({ context }) => {
  // The stand-ins refuse these options, so practice mode cannot begin.
  using world = createWorld({ [practiceVariable]: '{"speed":-1}' });
  await using desktop = await startStandin(context, { env: world.env, args: ['--practice'] });
  desktop.answers.push('Try again', 'Quit Nimdeck');
  expect(await desktop.ended).toBe(0);
  expect(desktop.dialogs).toHaveLength(2);
  expect(desktop.dialogs[0]).toMatchObject({ buttons: ['Try again', 'Quit Nimdeck'] });
  expect(desktop.dialogs[0]?.detail).toContain('speed');
});

test('the machine’s key store is asked by a helper process, and one that cannot answer delays nothing', async ({
  context,
}) => {
  using world = createWorld({
    DOCKER_HOST: 'unix:///nowhere/docker.sock',
    NIMDECK_SECRETS: '',
    // Where nothing listens: so somebody may be there, and is asked.
    DBUS_SESSION_BUS_ADDRESS: `unix:path=/nowhere/bus`,
  });
  await using desktop = await startStandin(context, { env: world.env });
  await connected(await desktop.page());
  await expect
    .poll(() => desktop.callsOf('utilityProcess.fork').map(([file]) => String(file)))
    .toEqual([expect.stringMatching(/out\/main\/core-secrets-key-store-helper\.js$/)]);
  expect(await desktop.end()).toBe(0);
});
