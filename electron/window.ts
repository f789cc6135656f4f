import { BrowserWindow, nativeTheme, screen } from 'electron';
import { fileURLToPath } from 'node:url';
import { placeWindow, smallestWindow, type WindowState } from '../core/shell/window-state.ts';
import { shellWords as words } from '../core/shell/words.ts';

/** The ground of the pages (`--ground` of renderer/tokens.css), so that nothing flashes before the first one is there. */
export const ground = { light: '#f3f4f9', dark: '#0f1118' } as const;

const groundNow = () => (nativeTheme.shouldUseDarkColors ? ground.dark : ground.light);

/** Shown at once: what it shows waits for nothing but its own files. */
export function openWindow(saved: WindowState | null): BrowserWindow {
  const { primaryDisplay, others } = displays();
  const window = new BrowserWindow({
    ...placeWindow(saved, [primaryDisplay, ...others]),
    minWidth: smallestWindow.width,
    minHeight: smallestWindow.height,
    title: words.appName,
    backgroundColor: groundNow(),
    autoHideMenuBar: true,
    webPreferences: {
      preload: fileURLToPath(new URL('../preload/index.cjs', import.meta.url)),
      // SECURITY: the page is a page: no Node, no world shared with the preload script, a process that may do nothing.
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      // SECURITY: a file dropped on the window would replace the page.
      navigateOnDragDrop: false,
      // It would fetch its dictionaries from the internet.
      spellcheck: false,
    },
  });
  if (saved?.isMaximized === true) window.maximize();
  const onTheme = () => window.setBackgroundColor(groundNow());
  nativeTheme.on('updated', onTheme);
  window.on('closed', () => nativeTheme.off('updated', onTheme));
  return window;
}

function displays() {
  const primary = screen.getPrimaryDisplay();
  const others = screen.getAllDisplays().filter(({ id }) => id !== primary.id);
  return { primaryDisplay: primary.workArea, others: others.map(({ workArea }) => workArea) };
}

export function stateOf(window: BrowserWindow): WindowState {
  return { ...window.getNormalBounds(), isMaximized: window.isMaximized() };
}

export function bringToFront(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

/**
 * Brings the page to an address of its own, without loading anything. SECURITY: `route` is one that we made ourselves or
 * that `routeOfLink` let through; as a JSON text it is a string to the page whatever it holds.
 */
export function navigate(window: BrowserWindow, route: string): void {
  const act = () => void window.webContents.executeJavaScript(`location.hash = ${JSON.stringify(route)}; undefined`);
  if (window.webContents.isLoadingMainFrame()) window.webContents.once('did-finish-load', act);
  else act();
}
