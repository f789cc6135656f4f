import { app, dialog, nativeTheme, session } from 'electron';
import type { DesktopArguments } from '../core/shell/arguments.ts';
import { routeOfLink } from '../core/shell/deep-link.ts';
import { pageItems } from '../core/shell/shell-items.ts';
import { readWindowState, writeWindowState } from '../core/shell/window-state.ts';
import { shellWords as words } from '../core/shell/words.ts';
import { errorCatalog, isAppError } from '../shared/errors.ts';
import { servePages } from './app-protocol.ts';
import { holdCores } from './hold-cores.ts';
import { createMainWindow } from './main-window.ts';
import { setMenu } from './menu.ts';
import { notify } from './notifications.ts';
import { guardQuit } from './quit.ts';
import { denyNetwork, denyPermissions } from './security.ts';
import { setStartAtLogin } from './start-at-login.ts';
import { createTray } from './tray.ts';

/** Another start of the app, or a link that was opened while this one runs. */
export type OpenAgain = (again: Pick<DesktopArguments, 'link' | 'isPractice'>) => void;

/** The desktop of one data folder: the window first, then core, then what core has to say outside of the window. */
export async function startDesktop(start: DesktopArguments, dataFolder: string): Promise<OpenAgain> {
  denyPermissions(session.defaultSession);
  denyNetwork(session.defaultSession);
  servePages();

  let hasTray = true;
  let closesToTray = false;
  let hasNotifications = true;

  const cores = holdCores(dataFolder, {
    onTray: (content) => tray.show(content),
    onNotice: (notice) => void (hasNotifications && !window.isFocused() && notify(notice, window.go)),
    onSettings(settings, core) {
      nativeTheme.themeSource = settings.theme;
      // What is tried out in practice changes nothing on this machine.
      if (core === 'practice') return;
      ({ hasTray, closesToTray, hasNotifications } = settings);
      tray.setPresent(hasTray);
      setStartAtLogin(settings.startsAtLogin);
      // Nobody could reach it.
      if (!hasTray && !window.isOpen()) window.show();
    },
  });
  const window = createMainWindow(await readWindowState(dataFolder), {
    onWire: cores.serve,
    log: cores.log,
    onClose() {
      if (!guard.isRunning()) return 'close';
      if (process.platform === 'darwin' || (hasTray && closesToTray)) return 'hide';
      guard.closeLast();
      return 'stay';
    },
  });
  const guard = guardQuit({
    losses: cores.losses,
    hasTray: () => hasTray,
    goToBackground: window.hide,
    async end() {
      const state = window.state();
      const isKept = state === null ? null : writeWindowState(dataFolder, state);
      await Promise.allSettled([isKept, cores.close()]);
    },
  });
  const actions = { go: window.go, open: () => window.show(), quit: () => app.quit() };
  const tray = createTray(actions);
  setMenu(pageItems, actions);

  const open: OpenAgain = ({ link, isPractice }) => {
    const route = link === null ? null : routeOfLink(link);
    if (isPractice) window.load('?practice');
    else if (route !== null) window.go(route);
    else window.show();
  };
  if (!start.isHidden) open(start);
  app.on('activate', () => window.show());

  const openCore = async (): Promise<void> => {
    try {
      await cores.open(start.isPractice ? 'practice' : 'real');
    } catch (error) {
      cores.log('desktop.core', { error: String(error) });
      if (guard.isRunning() && (await isTriedAgain(error))) await openCore();
    }
  };
  void openCore();
  tray.setPresent(true);
  return open;
}

/** Without its core the app is of no use: what is in the way is said, whatever the page shows meanwhile. */
async function isTriedAgain(error: unknown): Promise<boolean> {
  const { title, remedy } = errorCatalog[isAppError(error) ? error.code : 'INTERNAL'];
  const reason = error instanceof Error ? error.message : String(error);
  const { response } = await dialog.showMessageBox({
    type: 'error',
    title: words.cannotStart,
    message: title,
    detail: `${reason}\n${remedy}`,
    buttons: [words.tryAgain, words.quit],
    noLink: true,
  });
  if (response !== 0) app.quit();
  return response === 0;
}
