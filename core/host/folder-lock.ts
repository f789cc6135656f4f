import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { AppError } from '../../shared/errors.ts';

export interface FolderLock {
  release(): void;
}

// https://www.sqlite.org/rescode.html
const busy = 5;
const corrupt = 11;
const notADatabase = 26;

/**
 * The lock of a data folder: an exclusive transaction on an empty SQLite file. The kernel gives it back when its
 * holder ends, however it ends; a file with a process id in it would not.
 * @returns null while another process (or another part of this one) has it
 */
export function tryLockFolder(folder: string): FolderLock | null {
  // Nothing ever writes to the file. Should it be damaged all the same, everyone moves on to the second name: removing
  // it would let two processes lock two files of one name.
  for (const name of ['core.lock', 'core-2.lock']) {
    const path = join(folder, name);
    let database: DatabaseSync | undefined;
    try {
      database = new DatabaseSync(path);
      // On disk a journal would be begun, for which a full one has no room.
      database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
      chmodSync(path, 0o600);
      const held = database;
      return { release: () => held.close() };
    } catch (error) {
      database?.close();
      const result = resultOf(error);
      if (result === busy) return null;
      if (result === corrupt || result === notADatabase) continue;
      throw unusable(folder, error);
    }
  }
  throw unusable(folder, new Error('Both lock files are damaged.'));
}

function resultOf(error: unknown): number | null {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return null;
  // The lower byte is the primary code.
  return error.errcode & 0xff;
}

function unusable(folder: string, cause: unknown): AppError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new AppError(
    'STORE_NOT_WRITABLE',
    `The data folder ${folder} cannot be locked: ${reason}.`,
    { folder },
    { cause },
  );
}
