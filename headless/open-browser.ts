import { spawn } from 'node:child_process';
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CoreDeps } from '../core/deps.ts';

/** A browser can be opened where there is a screen to open it on. */
export function hasDisplay({ env, platform }: Pick<CoreDeps, 'env' | 'platform'>): boolean {
  if (platform === 'win32' || platform === 'darwin') return true;
  return Boolean(env['DISPLAY']) || Boolean(env['WAYLAND_DISPLAY']);
}

/**
 * SECURITY: other users see the arguments of our processes, so the address with its token is not one: the browser is
 * given a file that only its user can read, and that leads on.
 * @returns removes the file
 */
export function openBrowser(
  deps: Pick<CoreDeps, 'dataFolder' | 'platform' | 'env' | 'log'>,
  address: string,
): () => void {
  const path = join(deps.dataFolder, 'open.html');
  const page =
    '<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer"><title>Nimdeck</title>' +
    `<meta http-equiv="refresh" content="0;url=${address}"><a href="${address}">Nimdeck</a>\n`;
  writeFileSync(path, page, { mode: 0o600 });
  chmodSync(path, 0o600); // The mode above counts only for a new file.

  const url = pathToFileURL(path).href;
  const [program, ...args] = openers[deps.platform] ?? ['xdg-open'];
  const child = spawn(program, [...args, url], { env: deps.env, detached: true, stdio: 'ignore', windowsHide: true });
  // The address has been printed, so a machine without an opener misses a convenience only.
  child.on('error', (error) => deps.log.warn('browser-shell.no-opener', { error: String(error) }));
  child.unref();
  return () => rmSync(path, { force: true });
}

const openers: Partial<Record<NodeJS.Platform, [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};
