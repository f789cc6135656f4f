import { existsSync, renameSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';

/** Something about saved data that the user is told once, at start. */
export interface Notice {
  code: 'STORE_DAMAGED' | 'STORE_NEWER' | 'STORE_NOT_WRITABLE' | 'DISK_FULL';
  message: string;
}

/** Files that belong to a SQLite file and must go with it. */
const companions = ['', '-wal', '-shm'];

/**
 * Renames a file that cannot be used, so that nothing of it is lost and nothing of it stands in the way.
 * @param now milliseconds since 1970
 * @returns the name it has now, in the same folder
 */
export function setAside(file: string, word: 'damaged' | 'newer', now: number): string {
  const extension = extname(file);
  const stem = basename(file, extension);
  const day = new Date(now).toISOString().slice(0, 19).replaceAll(':', '-');
  let name = `${stem}.${word}-${day}${extension}`;
  for (let n = 2; existsSync(join(dirname(file), name)); n += 1) name = `${stem}.${word}-${day}-${n}${extension}`;
  for (const companion of companions) {
    if (existsSync(file + companion)) renameSync(file + companion, join(dirname(file), name + companion));
  }
  return name;
}
