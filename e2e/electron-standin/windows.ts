import type * as Electron from 'electron';
import { Emitter } from './emitter.ts';
import { ask, hear, record, say } from './link.ts';
import { app } from './app.ts';

type Ipc = Pick<Electron.IpcMain, 'on'>;

/** A frame as a listener sees it: object identity means nothing here. */
interface Frame {
  url: string;
  parent: Frame | null;
}

export class StandinWebContents
  extends Emitter
  implements
    Pick<
      Electron.WebContents,
      'send' | 'getURL' | 'isDestroyed' | 'reload' | 'executeJavaScript' | 'isLoadingMainFrame' | 'setWindowOpenHandler'
    >
{
  readonly id: number;
  readonly #ipcEvents = new Emitter();
  readonly ipc: Ipc = {
    on: (channel, listener) => {
      record('webContents.ipc.on', channel);
      this.#ipcEvents.on(channel, listener);
      return this.ipc as Electron.IpcMain;
    },
  };
  url = '';
  isGone = false;
  isLoading = false;
  openHandler: Parameters<Electron.WebContents['setWindowOpenHandler']>[0] = () => ({ action: 'allow' });
  #posted: { channel: string; args: unknown[] }[] = [];

  constructor(id: number) {
    super();
    this.id = id;
  }

  send(channel: string, ...args: unknown[]): void {
    if (this.isGone) throw new TypeError('Object has been destroyed');
    // What cannot be cloned throws, as it does on the way to another process.
    this.#posted.push({ channel, args: structuredClone(args) });
    if (this.#posted.length > 1) return;
    queueMicrotask(() => {
      say({ t: 'post', window: this.id, messages: this.#posted });
      this.#posted = [];
    });
  }

  getURL = () => this.url;
  isDestroyed = () => this.isGone;
  isCrashed = () => false;
  isLoadingMainFrame = () => this.isLoading;

  reload(): void {
    record('webContents.reload');
    this.startNavigation(this.url);
    say({ t: 'reload', window: this.id });
  }

  async executeJavaScript(code: string): Promise<unknown> {
    record('webContents.executeJavaScript', code);
    return ask((id) => ({ t: 'execute', window: this.id, code, id }));
  }

  setWindowOpenHandler(handler: typeof this.openHandler): void {
    record('webContents.setWindowOpenHandler');
    this.openHandler = handler;
  }

  startNavigation(url: string): void {
    const isSameDocument = url.split('#')[0] === this.url.split('#')[0] && url.includes('#') && url !== this.url;
    this.url = url;
    this.raise('did-start-navigation', { url, isMainFrame: true, isSameDocument });
  }

  receive(channel: string, args: unknown[], { url, isTop }: { url: string; isTop: boolean }): void {
    const top: Frame = { url: this.url, parent: null };
    const senderFrame: Frame = isTop ? { url, parent: null } : { url, parent: top };
    this.#ipcEvents.raise(channel, { sender: this, senderFrame }, ...args);
  }
}

const windows = new Map<number, StandinWindow>();
let lastId = 0;

export class StandinWindow
  extends Emitter
  implements
    Pick<
      Electron.BrowserWindow,
      | 'loadURL'
      | 'show'
      | 'hide'
      | 'focus'
      | 'restore'
      | 'maximize'
      | 'isMinimized'
      | 'isMaximized'
      | 'isFocused'
      | 'isDestroyed'
      | 'destroy'
      | 'getNormalBounds'
      | 'setBackgroundColor'
    >
{
  static getAllWindows(): StandinWindow[] {
    return [...windows.values()];
  }

  readonly id: number;
  // As far as it goes; what is not there fails loudly.
  readonly webContents: Electron.WebContents;
  readonly contents: StandinWebContents;
  #bounds: Electron.Rectangle;
  #isMaximized = false;
  #isVisible: boolean;
  isFocusedNow = true;

  constructor(options: Electron.BrowserWindowConstructorOptions) {
    super();
    record('new BrowserWindow', options);
    this.id = ++lastId;
    this.contents = new StandinWebContents(this.id);
    this.webContents = this.contents as unknown as Electron.WebContents;
    const { x = 100, y = 100, width = 800, height = 600 } = options;
    this.#bounds = { x, y, width, height };
    this.#isVisible = options.show !== false;
    windows.set(this.id, this);
    say({ t: 'window', id: this.id, preload: String(options.webPreferences?.preload), shows: this.#isVisible });
    app.raise('web-contents-created', {}, this.webContents);
  }

  async loadURL(url: string): Promise<void> {
    record('window.loadURL', url);
    this.contents.isLoading = true;
    this.contents.startNavigation(url);
    await ask((id) => ({ t: 'load', window: this.id, url, id }));
    this.contents.isLoading = false;
    this.contents.raise('did-finish-load', {});
  }

  show(): void {
    record('window.show');
    this.#isVisible = true;
  }
  hide(): void {
    record('window.hide');
    this.#isVisible = false;
  }
  focus(): void {
    record('window.focus');
    this.isFocusedNow = true;
  }
  restore(): void {
    record('window.restore');
  }
  maximize(): void {
    record('window.maximize');
    this.#isMaximized = true;
  }
  setBackgroundColor(color: string): void {
    record('window.setBackgroundColor', color);
  }
  isMinimized = () => false;
  isMaximized = () => this.#isMaximized;
  isFocused = () => this.#isVisible && this.isFocusedNow;
  isDestroyed = () => this.contents.isGone;
  getNormalBounds = () => this.#bounds;

  /** What the button in the corner does. */
  close(): void {
    if (!this.raise('close', {})) this.destroy();
  }

  destroy(): void {
    if (this.contents.isGone) return;
    record('window.destroy');
    this.contents.isGone = true;
    windows.delete(this.id);
    this.contents.raise('destroyed', {});
    say({ t: 'gone', window: this.id });
    this.raise('closed', {});
    if (windows.size === 0) app.raise('window-all-closed', {});
  }
}

hear((message) => {
  if (message.t === 'ipc') windows.get(message.window)?.contents.receive(message.channel, message.args, message.frame);
  if (message.t === 'open-window') {
    const contents = windows.get(message.window)?.contents;
    const details = { url: message.url, frameName: '', features: '', disposition: 'foreground-tab' };
    const decision = contents?.openHandler(details as unknown as Electron.HandlerDetails);
    say({ t: 'answer', id: message.id, value: decision?.action });
  }
  if (message.t === 'close-window') {
    for (const window of windows.values()) window.close();
    say({ t: 'answer', id: message.id, value: null });
  }
  if (message.t === 'set-focus') {
    for (const window of windows.values()) window.isFocusedNow = message.isFocused;
    say({ t: 'answer', id: message.id, value: null });
  }
  if (message.t !== 'emit') return;
  const window = windows.get(Number(message.target.split(':')[1]));
  const target = message.target.startsWith('window:')
    ? window
    : message.target.startsWith('contents:')
      ? window?.contents
      : null;
  if (target === null) return;
  if (message.event === 'will-navigate' && target !== undefined) {
    const isPrevented =
      target.raise('will-navigate', message.details) || target.raise('will-frame-navigate', message.details);
    if (!isPrevented && target instanceof StandinWebContents) target.startNavigation(String(message.details['url']));
    say({ t: 'answer', id: message.id, value: isPrevented });
    return;
  }
  say({ t: 'answer', id: message.id, value: target?.raise(message.event, message.details, ...message.args) ?? false });
});
