import {
  accessSync,
  constants,
  lstatSync,
  mkdirSync,
  readdirSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { AppError } from '../shared/errors.ts';
import type { CoreDeps } from './deps.ts';
import { hasSystemCode } from './lib/system-code.ts';
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

// Whole names: somebody may have chosen a folder that holds other things, too, a copy of one of these perhaps.
const aside = String.raw`(?:\.(?:damaged|newer)-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d(?:-\d+)?)?`;
const ownNames = [
  // The store with what SQLite keeps beside it, its copies from before a change of form, and what was set aside.
  String.raw`nimdeck(?:\.version-\d+|${aside})\.db(?:-wal|-shm|-journal)?`,
  String.raw`(?:settings|addresses|secrets)${aside}\.json(?:\.tmp)?`,
  String.raw`nimdeck\.log(?:\.\d+)?`,
  // What stands before “.new” is written first and renamed; a kill leaves it.
  String.raw`(?:core\.json|browser-token)(?:\.\d+\.new)?`,
  String.raw`core\.sock|open\.html|\.probe-\d+`,
  'practice|desktop|compiled',
].map((names) => new RegExp(`^(?:${names})$`));
const lockName = /^core(?:-2)?\.lock(?:-journal)?$/;
/** Others have folders of this name, too, so only what is ours in it goes: a folder for each run of a container. */
const logsName = 'logs';
const runName = /^[0-9a-f]{12,64}-\d{1,15}$/;

/** What could not be removed. */
export interface Stayed {
  path: string;
  /** In the system's own words. */
  reason: string;
}

/**
 * Removes what is ours from the data folder, and the folder when nothing else is left in it. Only for its owner, when all
 * services have ended. What cannot be removed keeps nothing else from it.
 */
export function removeData(folder: string): Stayed[] {
  const stayed = namesIn(folder).flatMap((name) => {
    const path = join(folder, name);
    if (name === logsName) return removeRuns(path);
    return lockName.test(name) || ownNames.some((own) => own.test(name)) ? removeAll(path) : [];
  });
  return [...stayed, ...removeEmpty(folder)];
}

/**
 * Windows lets nobody remove the file of a lock that is held: not its owner, but neither an earlier one from the next.
 * @param stayed what `removeData` could not remove while the lock was held
 */
export function removeReleasedLock(folder: string, stayed: Stayed[]): Stayed[] {
  if (!stayed.some(({ path }) => lockName.test(basename(path)))) return stayed;
  const still = stayed.flatMap((each) => (lockName.test(basename(each.path)) ? removeAll(each.path) : [each]));
  return [...still, ...removeEmpty(folder)];
}

function removeRuns(logs: string): Stayed[] {
  const stayed = namesIn(logs).flatMap((name) => (runName.test(name) ? removeAll(join(logs, name)) : []));
  return [...stayed, ...removeEmpty(logs)];
}

function removeAll(path: string): Stayed[] {
  try {
    rmSync(path, { recursive: true, force: true });
    return [];
  } catch (error) {
    // In a folder it gives up at the first one that is held open.
    const inside = isFolder(path) ? namesIn(path) : [];
    if (inside.length === 0) return [stay(path, error)];
    return [...inside.flatMap((name) => removeAll(join(path, name))), ...removeEmpty(path)];
  }
}

function removeEmpty(folder: string): Stayed[] {
  try {
    if (readdirSync(folder).length === 0) rmdirSync(folder);
    return [];
  } catch (error) {
    return hasSystemCode(error, 'ENOENT', 'ENOTDIR') ? [] : [stay(folder, error)];
  }
}

/** Of a folder that cannot be read, why is said where it is to be removed. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Not a link to one, whose content is somebody else's. */
function isFolder(path: string): boolean {
  try {
    return lstatSync(path).isDirectory();
  } catch {
    // What cannot even be looked at is said as it is.
    return false;
  }
}

function stay(path: string, error: unknown): Stayed {
  return { path, reason: error instanceof Error ? error.message : String(error) };
}
