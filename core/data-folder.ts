import { accessSync, constants, mkdirSync, readdirSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { AppError } from '../shared/errors.ts';
import type { CoreDeps } from './deps.ts';
import { isPlaceAtFault } from './lib/write-error.ts';

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
 * The data folder, made for its user only when it is not there. Where the disk is full or may not be written it stays
 * unmade: Nimdeck works there, too, and keeps nothing. Throws STORE_NOT_WRITABLE where no folder can ever be.
 * @param chosen default: as `dataFolderOf` says
 */
export function makeDataFolder(chosen: string | undefined, env: CoreDeps['env']): string {
  const { platform } = process;
  const folder = chosen === undefined ? dataFolderOf({ env, platform, home: homedir() }) : resolve(chosen);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    if (isPlaceAtFault(error) || isPlaceAtFault(placeFault(folder))) return folder;
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

/** What keeps this folder from being written, or made; null: nothing. Of one that cannot be made Node says ENOENT alone. */
export function placeFault(folder: string): Error | null {
  const parent = dirname(folder);
  try {
    if (statSync(folder, { throwIfNoEntry: false }) === undefined && parent !== folder) return placeFault(parent);
    accessSync(folder, constants.W_OK);
    return null;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** More than what lies beside a file's name in a directory. */
const probe = 'x'.repeat(16_384);

/** Why nothing can be kept in this folder, as the system says it; null where something can. */
export function writeFault(folder: string): Error | null {
  const file = join(folder, `.probe-${process.pid}`);
  try {
    writeFileSync(file, probe, { mode: 0o600 });
    return null;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  } finally {
    try {
      rmSync(file, { force: true });
    } catch {
      // Where nothing can be written, nothing was.
    }
  }
}

/** One that was there before is left as it is: it may be shared on purpose, and what is secret in it has its own mode. */
export function isOpenToOthers(folder: string, platform: NodeJS.Platform): boolean {
  const found = platform === 'win32' ? undefined : statSync(folder, { throwIfNoEntry: false });
  return found !== undefined && (found.mode & 0o077) !== 0;
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
