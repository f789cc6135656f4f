import { constants } from 'node:fs';
import { access, chmod, mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { EngineState } from '../../shared/contract/engine.ts';
import { AppError } from '../../shared/errors.ts';
import { hasSystemCode } from '../lib/system-code.ts';

/** Where a NIM keeps its model, and as whom it runs so that it can. */
export interface CachePlan {
  mount: { Type: 'bind' | 'volume'; Source: string; Target: string };
  /** Null: the image's own user. */
  user: string | null;
  /** A group of the folder that the container's user joins, to write into a folder that is not its own. */
  group: string | null;
}

/** A plan whose folder may still be missing, or closed to the container's user. */
export interface UnpreparedCache extends CachePlan {
  needsGroup: boolean;
  ownUserId: number | null;
}

export const cacheVolume = 'nimdeck-model-cache';

interface CacheInput {
  engine: Pick<EngineState, 'kind' | 'isLocal' | 'isRootless'>;
  platform: NodeJS.Platform;
  home: string;
  cacheFolder: string | null;
  imageUser: string;
  /** Inside the container. */
  target: string;
  ownUserId: number | null;
}

/**
 * On a local Linux engine the folder of the documented command lines, so that what people have is used and stays theirs;
 * elsewhere the engine does not see this machine's files with the same owners, so a volume of its own.
 */
export function planCache(input: CacheInput): UnpreparedCache {
  const { engine, platform, home, cacheFolder, imageUser, target, ownUserId } = input;
  const sharesFiles =
    platform === 'linux' && engine.kind === 'docker' && engine.isLocal === true && engine.isRootless !== true;
  if (!sharesFiles) {
    return {
      mount: { Type: 'volume', Source: cacheVolume, Target: target },
      user: null,
      group: null,
      needsGroup: false,
      ownUserId,
    };
  }
  const mount = { Type: 'bind' as const, Source: cacheFolder ?? join(home, '.cache', 'nim'), Target: target };
  const fixedUser = fixedUserOf(imageUser);
  // nim-runtime facts 2: images with a user by number accept only that one or root; the others run as whoever is asked.
  const isOwnUserFine = ownUserId !== null && (fixedUser === null || ownUserId === 0);
  const isSameUser = fixedUser !== null && fixedUser === ownUserId;
  const user = isOwnUserFine && !isSameUser ? String(ownUserId) : null;
  return { mount, user, group: null, needsGroup: user === null && !isSameUser, ownUserId };
}

/** `1000:1000` and `nvs:1000` are the user 1000; `nim`, root and nothing are no fixed user. */
function fixedUserOf(imageUser: string): number | null {
  const [user = '', group] = imageUser.split(':');
  if (/^[1-9]\d*$/.test(user)) return Number(user);
  return group !== undefined && /^[1-9]\d*$/.test(group) ? Number(group) : null;
}

/** Makes the folder and lets the container's user in; throws CACHE_NOT_WRITABLE before a NIM would find out after minutes. */
export async function prepareCache({ needsGroup, ownUserId, ...plan }: UnpreparedCache): Promise<CachePlan> {
  if (plan.mount.Type === 'volume') return plan;
  const folder = plan.mount.Source;
  try {
    await mkdir(folder, { recursive: true });
    if (!needsGroup) {
      await access(folder, constants.W_OK | constants.X_OK);
      return plan;
    }
    await letGroupIn(folder, ownUserId);
    const { gid, mode } = await stat(folder);
    if ((mode & 0o070) !== 0o070) throw new Error('it belongs to somebody else and its group may not write');
    return { ...plan, group: String(gid) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new AppError(
      'CACHE_NOT_WRITABLE',
      `The model cache ${folder} cannot be used: ${why}`,
      { folder },
      { cause: error },
    );
  }
}

// Group rights, not rights for all: this is the user's home. Set-group-id keeps what is added later in the group.
const groupRights = { folder: 0o2070, file: 0o060 };

async function letGroupIn(folder: string, ownUserId: number | null): Promise<void> {
  await addRights(folder, groupRights.folder, ownUserId);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    try {
      if (entry.isDirectory()) await letGroupIn(path, ownUserId);
      else if (entry.isFile()) await addRights(path, groupRights.file, ownUserId);
    } catch (error) {
      // A NIM that downloads meanwhile moves its files; a folder may be closed to us by the container's user who made it.
      if (!hasSystemCode(error, 'ENOENT', 'EACCES')) throw error;
    }
  }
}

async function addRights(path: string, rights: number, ownUserId: number | null): Promise<void> {
  const { mode, uid } = await stat(path);
  if ((mode & rights) === rights) return;
  try {
    await chmod(path, (mode & 0o7777) | rights);
  } catch (error) {
    // What another container's user made stays as that one made it; it could read it anyway.
    if (uid === ownUserId) throw error;
  }
}
