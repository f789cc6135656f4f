import { randomUUID } from 'node:crypto';
import { chmodSync, closeSync, fstatSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { z } from '../../shared/zod.ts';
import type { CoreDeps } from '../deps.ts';
import { isDiskFull } from '../lib/write-error.ts';
import { privateFolders, shortNameOf } from './private-folder.ts';

const ownerFile = z.object({
  pid: z.number().int(),
  shell: z.enum(['desktop', 'browser', 'terminal']),
  version: z.string(),
  /** Path of the socket, or name of the pipe. */
  address: z.string(),
  /** What a later shell of the same user logs in with; on Windows others may open the pipe. */
  token: z.string(),
});
export type Owner = z.infer<typeof ownerFile>;

const pathOf = (dataFolder: string) => join(dataFolder, 'core.json');

/**
 * Who owns the folder, by its own word; null when nobody says so. It may be out of date: only the lock decides.
 * SECURITY: keys and prompts go where this file points, so one that another user could have written is refused.
 */
export function readOwner({ dataFolder, userId }: Pick<CoreDeps, 'dataFolder' | 'userId'>): Owner | null {
  const path = pathOf(dataFolder);
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    // Not there: nobody owns the folder, or the owner is about to write it.
    return null;
  }
  try {
    const found = fstatSync(file);
    if (userId !== null && (found.uid !== userId || (found.mode & 0o077) !== 0)) throw foreignOwner(path);
    return ownerFile.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    if (error instanceof AppError) throw error;
    // Left by another version or a crash: the next owner writes it anew.
    return null;
  } finally {
    closeSync(file);
  }
}

function foreignOwner(path: string): AppError {
  const text = `${path} belongs to another user or can be changed by others, so what it says is not believed. Give each user a data folder of their own, or remove the file when no Nimdeck runs there.`;
  return new AppError('CONFLICT', text, { path });
}

export function writeOwner(dataFolder: string, owner: Owner): void {
  const scratch = `${pathOf(dataFolder)}.${owner.pid}.new`;
  try {
    writeFileSync(scratch, JSON.stringify(owner), { mode: 0o600 });
    chmodSync(scratch, 0o600); // The mode above counts only for a new file.
    renameSync(scratch, pathOf(dataFolder));
  } catch (error) {
    if (isDiskFull(error)) rmSync(scratch, { force: true });
    throw error;
  }
}

export function removeOwner(dataFolder: string): void {
  rmSync(pathOf(dataFolder), { force: true });
}

/** The kernel's limit for a socket's path is 108 bytes on Linux and 104 on macOS, the final zero included. */
const maxSocketPathBytes = 100;

/** Where the owner of this folder listens. Later shells do not compute it, they read it: their environment may differ. */
export function chooseAddress(deps: Pick<CoreDeps, 'dataFolder' | 'platform' | 'env' | 'userId'>): string {
  const name = shortNameOf(deps.dataFolder);
  // A new name each time, so that nobody can be there first.
  if (deps.platform === 'win32') return `\\\\.\\pipe\\nimdeck-${name}-${randomUUID()}`;
  const inFolder = join(deps.dataFolder, 'core.sock');
  if (Buffer.byteLength(inFolder) <= maxSocketPathBytes) return inFolder;

  for (const folder of privateFolders(deps)) {
    const path = join(folder, `${name}.sock`);
    if (Buffer.byteLength(path) <= maxSocketPathBytes) return path;
  }
  throw new Error(`No private folder with a short path was found for the socket of ${deps.dataFolder}.`);
}
