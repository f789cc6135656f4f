import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Disk } from '../../shared/contract/disks.ts';
import { systemCode } from '../lib/system-code.ts';

/**
 * The space on the file system of a folder. Of one that is not made yet: where it would be. Null where it may not be
 * looked at; no reason to fail, since nothing depends on it.
 */
export async function freeSpace(use: Disk['use'], folder: string): Promise<Disk | null> {
  let existing = folder;
  for (;;) {
    try {
      const { bavail, blocks, bsize } = await statfs(existing);
      return { use, folder, freeBytes: bavail * bsize, totalBytes: blocks * bsize };
    } catch (error) {
      const parent = dirname(existing);
      if (systemCode(error) !== 'ENOENT' || parent === existing) return null;
      existing = parent;
    }
  }
}
