import { constants } from 'node:fs';
import { access, open, readdir, stat, statfs } from 'node:fs/promises';
import { isAbsolute, join, relative } from 'node:path';
import { z } from '../../shared/zod.ts';

export interface FolderStatus {
  isFolder: boolean;
  /** Permission bits, `0o755`. */
  mode: number;
  userId: number;
  groupId: number;
}

/**
 * What of this machine's files is looked at beside our own: /sys, /proc, /etc, /dev, disks. Paths are absolute, as on the
 * machine. Everything rejects with the system's code (`ENOENT`, `EACCES`) where it cannot be had.
 */
export interface SystemFiles {
  /** The first 1 MiB. */
  readText(path: string): Promise<string>;
  list(path: string): Promise<string[]>;
  status(path: string): Promise<FolderStatus>;
  /** What this user may fill of the file system of a folder, in bytes. */
  space(path: string): Promise<{ freeBytes: number; totalBytes: number }>;
  /** Whether this user may make files in the folder. */
  canWrite(path: string): Promise<boolean>;
}

const space = z.object({ freeBytes: z.number(), totalBytes: z.number() });

const mostBytes = 1024 * 1024;

export const systemFiles: SystemFiles = {
  async readText(path) {
    const file = await open(path);
    try {
      // Files of /proc and /sys have no size: it is read until it ends.
      const { bytesRead, buffer } = await file.read(Buffer.alloc(mostBytes), 0, mostBytes, null);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await file.close();
    }
  },
  list: (path) => readdir(path),
  async status(path) {
    const found = await stat(path);
    return { isFolder: found.isDirectory(), mode: found.mode & 0o7777, userId: found.uid, groupId: found.gid };
  },
  async space(path) {
    const { bavail, blocks, bsize } = await statfs(path);
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
  },
  async canWrite(path) {
    try {
      await access(path, constants.W_OK | constants.X_OK);
      return true;
    } catch {
      // Whatever the reason (rights, a read-only disk), the answer is no.
      return false;
    }
  },
};

/**
 * A machine whose files lie in a folder, as a stand-in's do. What lies under `own` (the data folder) is real all the same.
 * @param disk a JSON file with the space of its one disk, as `space` answers it. Without it the disk is not known: the
 * folder's own would be told as the machine's.
 */
export function systemFilesIn(root: string, own: string, disk?: string): SystemFiles {
  const isOwn = (path: string) => {
    const way = relative(own, path);
    return !way.startsWith('..') && !isAbsolute(way);
  };
  const at = (path: string) => (isOwn(path) ? path : join(root, path));
  return {
    readText: (path) => systemFiles.readText(at(path)),
    list: (path) => systemFiles.list(at(path)),
    status: (path) => systemFiles.status(at(path)),
    async space(path) {
      if (isOwn(path)) return systemFiles.space(path);
      if (disk === undefined) throw Object.assign(new Error('A stand-in has no disk.'), { code: 'ENOSYS' });
      return space.parse(JSON.parse(await systemFiles.readText(disk)));
    },
    canWrite: (path) => systemFiles.canWrite(at(path)),
  };
}
