// The test's end: holds the pages that are the desktop's windows, and everything that a person or the system could do to it.
import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BrowserContext, Frame, Page, Route } from '@playwright/test';
import { preloadScript } from './preload-script.ts';
import type { Answer, Call, Display, FromDesktop, MenuEntry, ToDesktop } from './protocol.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The built main; another one (of a package that was unpacked, say) by its path. */
const main = process.env['NIMDECK_DESKTOP_MAIN'] ?? join(root, 'out/main/index.js');

/** Chromium cannot open `app://`: its pages lie at this host, and nothing else is reachable. */
const standinOrigin = 'https://bundle.app.standin.test';
const appOrigin = 'app://bundle';
export const toPage = (url: string) => url.replace(appOrigin, standinOrigin);
export const toApp = (url: string) => url.replace(standinOrigin, appOrigin);

export interface StandinOptions {
  env: NodeJS.ProcessEnv;
  args?: readonly string[];
  displays?: readonly Display[];
  isPackaged?: boolean;
}

export interface Standin extends AsyncDisposable {
  child: ChildProcess;
  /** Every call of Electron so far, in order. */
  calls: Call[];
  callsOf(name: string): unknown[][];
  /** Requests that the desktop let through or not, as they left the page. */
  requests: { url: string; isAllowed: boolean }[];
  /** What pages have tried to open beside themselves. */
  opened: string[];
  /** What was sent to pages over channels. */
  posted: unknown[];
  /** Dialogs as they came; each is answered by the next of `answers`, or by its first button. */
  dialogs: { message: string; detail?: string; buttons?: string[] }[];
  answers: string[];
  /** The page of the first window, once its first load has been answered. */
  page(): Promise<Page>;
  windowCount(): number;
  tray(): { tooltip: string; labels: string[] };
  applicationMenu(): MenuEntry[];
  click(menu: 'tray' | 'application', label: string): Promise<void>;
  emit(target: string, event: string, details?: Record<string, unknown>, ...args: unknown[]): Promise<unknown>;
  closeWindow(): Promise<void>;
  setFocus(isFocused: boolean): Promise<void>;
  /** Whether a check and a request for this permission are granted. */
  askPermission(permission: string, origin: string): Promise<[boolean, boolean]>;
  request(url: string, method?: string): Promise<Answer>;
  /** Whether the desktop would let a page ask for this. */
  mayRequest(url: string): Promise<boolean>;
  /** Whether what comes from this address may be saved. */
  askDownload(url: string): Promise<boolean>;
  /** As if a frame had sent it over the channel. */
  send(channel: string, message: object, frame: { url: string; isTop: boolean }): void;
  crash(): Promise<void>;
  printed(): string;
  end(signal?: NodeJS.Signals): Promise<number | null>;
  ended: Promise<number | null>;
}

interface Held {
  page: Page;
  /** While this is so, a navigation is one that the desktop asked for. */
  isLoading: boolean;
}

type WithoutId<T> = T extends { id: number } ? Omit<T, 'id'> : never;

export async function startStandin(context: BrowserContext, options: StandinOptions): Promise<Standin> {
  const { env, args = [], displays = [], isPackaged = false } = options;
  const child = fork(fileURLToPath(new URL('process.ts', import.meta.url)), [main, ...args], {
    cwd: root,
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: {
      ...env,
      STANDIN_DISPLAYS: JSON.stringify(displays),
      ...(isPackaged ? { STANDIN_PACKAGED: '1' } : {}),
    },
  });
  let text = '';
  for (const output of [child.stdout, child.stderr]) output?.setEncoding('utf8').on('data', (part) => (text += part));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));

  const windows = new Map<number, Held>();
  const calls: Call[] = [];
  const requests: Standin['requests'] = [];
  const dialogs: Standin['dialogs'] = [];
  const opened: string[] = [];
  const posted: unknown[] = [];
  const answers: string[] = [];
  const firstPage = Promise.withResolvers<Page>();
  firstPage.promise.catch(() => {});
  child.once('close', (code) => {
    firstPage.reject(new Error(`The desktop ended (${code}) without a page: ${text}`));
    for (const resolve of waiting.values()) resolve(null);
  });

  let nextId = 1;
  const waiting = new Map<number, (value: unknown) => void>();
  const say = (message: ToDesktop) => void (child.connected && child.send(message, () => {}));
  const ask = (message: WithoutId<ToDesktop>): Promise<unknown> => {
    const id = nextId++;
    const { promise, resolve } = Promise.withResolvers<unknown>();
    waiting.set(id, resolve);
    if (!child.connected) resolve(null);
    say({ ...message, id });
    return promise;
  };

  const windowOf = (page: Page) => [...windows].find(([, held]) => held.page === page);

  const answerRoute = async (route: Route) => {
    const request = route.request();
    const url = toApp(request.url());
    const frame = frameOf(route);
    const found = frame === null ? undefined : windowOf(frame.page());
    // Of another stand-in in this browser, or of a page that is being closed.
    if (found === undefined && frame !== null) return route.fallback();
    if (found === undefined) {
      // Something that a page has opened (its frame is not known yet): the desktop decides, and whatever it says, nothing
      // is loaded here.
      opened.push(url);
      await route.abort('aborted');
      await ask({ t: 'open-window', window: 1, url });
      return;
    }
    const isMain = request.isNavigationRequest() && frame?.parentFrame() === null;
    if (isMain && !found[1].isLoading) {
      const details = { url, isMainFrame: true, isSameDocument: false };
      const isPrevented = await ask({
        t: 'emit',
        target: `contents:${found[0]}`,
        event: 'will-navigate',
        details,
        args: [],
      });
      if (isPrevented !== false) return route.abort('aborted');
    }
    const isAllowed = (await ask({ t: 'before-request', url })) === true;
    requests.push({ url, isAllowed });
    const answer =
      isAllowed && url.startsWith(appOrigin) ? await ask({ t: 'request', url, method: request.method() }) : null;
    if (answer === null) return route.abort('blockedbyclient');
    const { status, headers, body } = answer as Answer;
    await route.fulfill({ status, headers, body: Buffer.from(body) });
  };

  const openWindow = async (id: number, preload: string) => {
    const page = await context.newPage();
    await page.exposeBinding('standinSend', ({ frame }, channel: string, ...sent: unknown[]) => {
      say({
        t: 'ipc',
        window: id,
        channel,
        args: sent,
        frame: { url: toApp(frame.url()), isTop: frame.parentFrame() === null },
      });
    });
    await page.addInitScript(preloadScript(readFileSync(preload, 'utf8')));
    return page;
  };
  const closeForeign = async (page: Page) => {
    // Until it is known which pages are windows.
    await inTurn(async () => {});
    if (windowOf(page) === undefined) await page.close();
  };

  const onRoute = (route: Route) => answerRoute(route).catch(() => {});
  const onPage = (page: Page) => void closeForeign(page).catch(() => {});
  await context.route('**/*', onRoute);
  context.on('page', onPage);

  const load = async (id: number, url: string) => {
    const held = windows.get(id);
    if (held === undefined) return;
    held.isLoading = true;
    await held.page.goto(toPage(url)).catch(() => {});
    held.isLoading = false;
    firstPage.resolve(held.page);
  };

  // One after the other: a window is there before anything is sent to it.
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = (act: () => Promise<unknown>) => (turn = turn.then(act, act));

  const handle = (message: FromDesktop) => {
    switch (message.t) {
      case 'call':
        return void calls.push(message.call);
      case 'answer':
        waiting.get(message.id)?.(message.value);
        return void waiting.delete(message.id);
      case 'window':
        return void inTurn(async () => {
          windows.set(message.id, { page: await openWindow(message.id, message.preload), isLoading: false });
        });
      case 'load':
        return void inTurn(async () => {
          await load(message.window, message.url);
          say({ t: 'answer', id: message.id, value: null });
        });
      case 'reload':
        return void inTurn(async () => {
          const held = windows.get(message.window);
          if (held !== undefined) await load(message.window, toApp(held.page.url()));
        });
      case 'post':
        posted.push(...message.messages.flatMap((each) => each.args));
        return void windows
          .get(message.window)
          ?.page.evaluate((messages) => standinReceive(messages), message.messages)
          // A page that is being left hears nothing.
          .catch(() => {});
      case 'execute':
        return void inTurn(async () => {
          const value = await windows
            .get(message.window)
            ?.page.evaluate(message.code)
            .catch(() => null);
          say({ t: 'answer', id: message.id, value: value ?? null });
        });
      case 'gone':
        return void inTurn(async () => {
          const held = windows.get(message.window);
          windows.delete(message.window);
          await held?.page.close();
        });
      case 'theme':
        return void inTurn(async () => {
          const colorScheme = message.source === 'system' ? null : message.source;
          for (const { page } of windows.values()) await page.emulateMedia({ colorScheme });
        });
      case 'dialog': {
        const { buttons = [] } = message.options;
        dialogs.push(message.options);
        const chosen = answers.shift() ?? buttons[0];
        return say({ t: 'answer', id: message.id, value: chosen === undefined ? 0 : buttons.indexOf(chosen) });
      }
      default:
        return message satisfies never;
    }
  };
  child.on('message', handle);

  const lastOf = (name: string) => calls.findLast((call) => call.name === name)?.args[0];
  const end = async (signal: NodeJS.Signals = 'SIGTERM') => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    return ended;
  };

  return {
    child,
    calls,
    callsOf: (name) => calls.filter((call) => call.name === name).map((call) => call.args),
    requests,
    opened,
    posted,
    dialogs,
    answers,
    page: () => firstPage.promise,
    windowCount: () => windows.size,
    tray: () => ({
      tooltip: String(lastOf('tray.setToolTip') ?? ''),
      labels: ((lastOf('tray.setContextMenu') ?? []) as MenuEntry[])
        .map(({ label }) => label)
        .filter((label) => label !== ''),
    }),
    applicationMenu: () => (lastOf('Menu.setApplicationMenu') ?? []) as MenuEntry[],
    async click(menu, label) {
      if ((await ask({ t: 'click', menu, label })) !== true) throw new Error(`“${label}” cannot be clicked.`);
    },
    emit: (target, event, details = {}, ...rest) => ask({ t: 'emit', target, event, details, args: rest }),
    closeWindow: async () => void (await ask({ t: 'close-window' })),
    setFocus: async (isFocused) => void (await ask({ t: 'set-focus', isFocused })),
    askPermission: async (permission, origin) =>
      (await ask({ t: 'permission', permission, origin })) as [boolean, boolean],
    request: async (url, method = 'GET') => (await ask({ t: 'request', url, method })) as Answer,
    mayRequest: async (url) => (await ask({ t: 'before-request', url })) === true,
    askDownload: async (url) => (await ask({ t: 'download', url })) === true,
    send: (channel, message, frame) => say({ t: 'ipc', window: 1, channel, args: [message], frame }),
    async crash() {
      await ask({
        t: 'emit',
        target: 'contents:1',
        event: 'render-process-gone',
        details: {},
        args: [{ reason: 'crashed', exitCode: 1 }],
      });
    },
    printed: () => text,
    end,
    ended,
    async [Symbol.asyncDispose]() {
      await end('SIGKILL');
      await turn.catch(() => {});
      for (const { page } of windows.values()) await page.close();
      context.off('page', onPage);
      await context.unroute('**/*', onRoute);
    },
  };
}

function frameOf(route: Route): Frame | null {
  try {
    return route.request().frame();
  } catch {
    // The first request of a page that has no frame yet.
    return null;
  }
}

declare function standinReceive(messages: { channel: string; args: unknown[] }[]): void;
