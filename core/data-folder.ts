import { mkdirSync, readdirSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { AppError } from '../shared/errors.ts';
import type { CoreDeps } from './deps.ts';

const dataFolderVariable = 'NIMDECK_DATA';

/** Where data of programs belongs on each platform; NIMDECK_DATA wins. */
export function dataFolderOf(machine: Pick<CoreDeps, 'env' | 'platform' | 'home'>): string {
  const { env, platform, home } = machine;
  const chosen = env[dataFolderVariable];
  if (chosen !== undefined && chosen !== '') return resolve(chosen);
  if (platform === 'win32') return join(env['APPDATA'] ?? join(home, 'AppData', 'Roaming'), 'Nimdeck');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Nimdeck');
  // The XDG base directory specification: a relative path is to be ignored.
  const data = env['XDG_DATA_HOME'];
  return join(data !== undefined && isAbsolute(data) ? data : join(home, '.local', 'share'), 'nimdeck');
}

/**
 * The data folder, made for its user only when it is not there. Throws STORE_NOT_WRITABLE.
 * @param chosen default: as `dataFolderOf` says
 */
export function makeDataFolder(chosen: string | undefined, env: CoreDeps['env']): string {
  const { platform } = process;
  const folder = chosen === undefined ? dataFolderOf({ env, platform, home: homedir() }) : resolve(chosen);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError(
      'STORE_NOT_WRITABLE',
      `The data folder cannot be made: ${reason}.`,
      { folder },
      { cause: error },
    );
  }
  return folder;
}

/** One that was there before is left as it is: it may be shared on purpose, and what is secret in it has its own mode. */
export function isOpenToOthers(folder: string, platform: NodeJS.Platform): boolean {
  return platform !== 'win32' && (statSync(folder).mode & 0o077) !== 0;
}

/** What Nimdeck itself puts there, copies that were set aside included. */
const ownNames =
  /^(?:nimdeck\.(?:db|log)|settings\.json|addresses\.json|secrets\.json|core(?:-2)?\.(?:json|sock|lock)|open\.html)|^(?:logs|practice|desktop|compiled)$/;

/**
 * Removes what is ours from the data folder, and the folder when nothing else is left in it: somebody may have chosen one
 * that holds other things, too. Only for its owner, when all services have ended.
 */
export function removeData(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (ownNames.test(name)) rmSync(join(folder, name), { recursive: true, force: true });
  }
  if (readdirSync(folder).length === 0) rmdirSync(folder);
}
