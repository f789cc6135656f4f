import { app, clipboard, dialog, type Session, shell, type WebContents } from 'electron';
import { judgeLink } from '../core/shell/outside-links.ts';
import { shellWords as words } from '../core/shell/words.ts';
import { isOwnAddress } from './app-protocol.ts';

/** Copying, and the whole screen for an audience: more our pages do not ask the system for. Reading what was copied is not. */
const permitted = new Set<string>(['clipboard-sanitized-write', 'fullscreen']);

/** SECURITY: no camera, no place, no notifications of a page, no device. */
export function denyPermissions(session: Session): void {
  session.setPermissionRequestHandler((contents, permission, answer) =>
    answer(permitted.has(permission) && isOwnAddress(contents.getURL())),
  );
  session.setPermissionCheckHandler(
    (_contents, permission, origin) => permitted.has(permission) && isOwnAddress(origin),
  );
  session.setDevicePermissionHandler(() => false);
}

/**
 * SECURITY: a page asks for nothing but its own files. Its policy says so, too; this also holds for what a policy does
 * not reach (prefetch, a page that should not be there).
 */
export function denyNetwork(session: Session): void {
  session.webRequest.onBeforeRequest((request, answer) => {
    const isAllowed = isOwnAddress(request.url) || /^(?:devtools|data|blob):/.test(request.url);
    answer({ cancel: !isAllowed });
  });
  // What a page of ours has made itself, an export, is saved where the system's dialog says; nothing else comes down.
  session.on('will-download', (event, item) => {
    const [, origin = ''] = /^blob:(.*)$/.exec(item.getURL()) ?? [];
    if (!isOwnAddress(origin)) event.preventDefault();
  });
}

/** SECURITY: every page that there will ever be, also one that somebody else opens, stays where it is and opens nothing. */
export function lockAllPages(): void {
  app.on('web-contents-created', (_event, contents) => lockPage(contents));
}

function lockPage(contents: WebContents): void {
  contents.on('will-navigate', (event) => {
    // A page that loads itself anew: it changes over to practice mode and back so.
    if (event.isMainFrame && isOwnAddress(event.url)) return;
    event.preventDefault();
    if (event.isMainFrame) void openOutside(event.url);
  });
  contents.on('will-frame-navigate', (event) => {
    // The main frame's is told above; one inside of a page has no business at all.
    if (!event.isMainFrame) event.preventDefault();
  });
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    void openOutside(url);
    return { action: 'deny' };
  });
}

async function openOutside(link: string): Promise<void> {
  const judged = judgeLink(link);
  if (judged.verdict === 'refuse') return;
  const { address } = judged;
  if (judged.verdict === 'open') return shell.openExternal(address);
  const { response } = await dialog.showMessageBox({
    type: 'question',
    message: words.linkTitle,
    detail: address,
    buttons: [words.openLink, words.copyLink, words.cancel],
    defaultId: 2,
    cancelId: 2,
    noLink: true,
  });
  if (response === 0) await shell.openExternal(address);
  if (response === 1) await clipboard.writeText(address);
}
