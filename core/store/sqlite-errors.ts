import type { ErrorCode } from '../../shared/errors.ts';

/** SQLite's primary result code (https://sqlite.org/rescode.html); null for an error that is not SQLite's. */
export function sqliteCode(error: unknown): number | null {
  // Extended codes carry the primary one in their low byte.
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number'
    ? error.errcode & 0xff
    : null;
}

const BUSY = 5;
const LOCKED = 6;
export const READONLY = 8;
const FULL = 13;
const notWritable = new Set([3, BUSY, LOCKED, READONLY, 10, 14, 23]); // PERM, …, IOERR, CANTOPEN, AUTH
const damaged = new Set([11, 26]); // CORRUPT, NOTADB

/** What became of the file, when that is what failed; null: the statement is at fault. */
export function storeErrorCode(error: unknown): ErrorCode | null {
  const code = sqliteCode(error);
  if (code === null) return null;
  if (code === FULL) return 'DISK_FULL';
  if (damaged.has(code)) return 'STORE_DAMAGED';
  return notWritable.has(code) ? 'STORE_NOT_WRITABLE' : null;
}
