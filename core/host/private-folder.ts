import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CoreDeps } from '../deps.ts';
import { hasSystemCode } from '../lib/system-code.ts';

/** Of a data folder, for what lies elsewhere and is found again by whoever knows the folder. */
export const shortNameOf = (dataFolder: string): string =>
  createHash('sha256').update(dataFolder).digest('hex').slice(0, 16);

/** Folders with short paths, outside of the data folder, that nobody but this user can look into; made when needed. */
export function* privateFolders({ env, userId }: Pick<CoreDeps, 'env' | 'userId'>): Generator<string, void, undefined> {
  for (const parent of [env['XDG_RUNTIME_DIR'], env['TMPDIR'], '/tmp']) {
    if (parent === undefined || parent === '') continue;
    const folder = join(parent, `nimdeck-${userId ?? 'user'}`);
    if (isPrivateFolder(folder, userId)) yield folder;
  }
}

/** Makes it when needed. Anybody may make folders in /tmp, so what is there must be ours and closed to others. */
function isPrivateFolder(folder: string, userId: number | null): boolean {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (!hasSystemCode(error, 'EEXIST')) return false;
  }
  const found = lstatSync(folder);
  return found.isDirectory() && (userId === null || found.uid === userId) && (found.mode & 0o077) === 0;
}
