import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CoreDeps } from '../core/deps.ts';

/** A browser can be opened where there is a screen to open it on. */
export function hasDisplay({ env, platform }: Pick<CoreDeps, 'env' | 'platform'>): boolean {
  if (platform === 'win32' || platform === 'darwin') return true;
  return Boolean(env['DISPLAY']) || Boolean(env['WAYLAND_DISPLAY']);
}

/** Long enough for a browser that has to be started first. */
const keptMs = 60_000;

/**
 * SECURITY: other users see the arguments of our processes, so the address with its token is not one: the browser is
 * given a file that only its user can read, and that leads on.
 * @param hasSnaps browsers may be snaps (Ubuntu's are), which open nothing in a hidden folder of the home
 * @returns removes the file, which goes by itself after a minute
 */
export function openBrowser(
  deps: Pick<CoreDeps, 'dataFolder' | 'home' | 'platform' | 'env' | 'log'>,
  address: string,
  hasSnaps = deps.platform === 'linux' && existsSync('/snap'),
): () => void {
  const forget = () => paths.forEach((path) => rmSync(path, { force: true }));
  const page =
    '<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer"><title>Nimdeck</title>' +
    `<meta http-equiv="refresh" content="0;url=${address}"><a href="${address}">Nimdeck</a>\n`;
  const hidden = join(deps.dataFolder, 'open.html');
  const paths = hasSnaps ? [join(deps.home, `nimdeck-${randomUUID()}.html`), hidden] : [hidden];
  const path = paths.find((each) => canWrite(each, page, deps));
  if (path === undefined) return forget;
  setTimeout(forget, keptMs).unref();

  const url = pathToFileURL(path).href;
  const [program, ...args] = openers[deps.platform] ?? ['xdg-open'];
  const child = spawn(program, [...args, url], { env: deps.env, detached: true, stdio: 'ignore', windowsHide: true });
  // The address has been printed, so a machine without an opener misses a convenience only.
  child.on('error', (error) => deps.log.warn('browser-shell.no-opener', { error: String(error) }));
  child.unref();
  return forget;
}

function canWrite(path: string, page: string, { log }: Pick<CoreDeps, 'log'>): boolean {
  try {
    // What lay there may be readable by others, and stay so.
    rmSync(path, { force: true });
    writeFileSync(path, page, { mode: 0o600, flag: 'wx' });
    return true;
  } catch (error) {
    log.warn('browser-shell.no-page-to-open', { error: String(error) });
    return false;
  }
}

const openers: Partial<Record<NodeJS.Platform, [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};
