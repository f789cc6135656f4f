import { app, type BrowserWindow, dialog } from 'electron';
import type { WindowState } from '../core/shell/window-state.ts';
import { shellWords as words } from '../core/shell/words.ts';
import type { Wire } from '../shared/rpc/port.ts';
import { pageAddress } from './app-protocol.ts';
import { serveWindow } from './serve-window.ts';
import { bringToFront, navigate, openWindow, stateOf } from './window.ts';

export interface MainWindowOptions {
  onWire: (wire: Wire) => void;
  log: (event: string, fields: Record<string, string>) => void;
  /** Asked when somebody closes the window. */
  onClose: () => 'hide' | 'stay' | 'close';
}

/** The one window. A second one would show the same core twice; opening the app again brings this one to the front. */
export interface MainWindow {
  /** Opens it when there is none. @param search behind the page's address, the first time */
  show: (search?: string) => void;
  isFocused: () => boolean;
  isOpen: () => boolean;
  hide: () => void;
  go: (route: string) => void;
  load: (search: string) => void;
  /** How it lies now, or lay when it was closed. */
  state: () => WindowState | null;
}

/** More crashes within this time are no accident: loading again would go on for ever. */
const crashesWithinMs = 60_000;
const mostCrashes = 3;

export function createMainWindow(saved: WindowState | null, { onWire, log, onClose }: MainWindowOptions): MainWindow {
  let window: BrowserWindow | null = null;
  let state = saved;
  let crashes: number[] = [];

  const recover = async (crashed: BrowserWindow) => {
    crashes = [...crashes, Date.now()].filter((at) => at > Date.now() - crashesWithinMs);
    if (crashes.length > mostCrashes) {
      const { response } = await dialog.showMessageBox(crashed, {
        type: 'error',
        message: words.crashTitle,
        detail: words.crashHint,
        buttons: [words.reload, words.quit],
        noLink: true,
      });
      if (response === 1) return app.quit();
      crashes = [];
    }
    if (!crashed.isDestroyed()) crashed.webContents.reload();
  };

  const open = (search: string) => {
    const opened = openWindow(state);
    window = opened;
    serveWindow(opened.webContents, onWire);
    opened.on('close', (event) => {
      state = stateOf(opened);
      const decision = onClose();
      if (decision === 'close') return;
      event.preventDefault();
      if (decision === 'hide') opened.hide();
    });
    opened.on('closed', () => (window = null));
    opened.webContents.on('render-process-gone', (_event, { reason }) => {
      log('desktop.page-gone', { reason });
      if (reason !== 'clean-exit') void recover(opened);
    });
    opened.webContents.on('did-fail-load', (_event, code, description, address, isMainFrame) => {
      // -3: something else was loaded instead.
      if (isMainFrame && code !== -3) log('desktop.page-not-loaded', { address, description });
    });
    loadInto(opened, search);
  };

  const loadInto = (target: BrowserWindow, search: string) =>
    void target
      .loadURL(pageAddress(search))
      .catch((error: unknown) => log('desktop.page-not-loaded', { error: String(error) }));

  return {
    show(search = '') {
      if (window === null) open(search);
      else bringToFront(window);
    },
    isFocused: () => window?.isFocused() ?? false,
    isOpen: () => window !== null,
    hide: () => window?.hide(),
    go(route) {
      if (window === null) return open(route);
      bringToFront(window);
      navigate(window, route);
    },
    load(search) {
      if (window === null) return open(search);
      bringToFront(window);
      loadInto(window, search);
    },
    state: () => (window === null ? state : stateOf(window)),
  };
}
