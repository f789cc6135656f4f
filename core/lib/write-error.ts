import { AppError } from '../../shared/errors.ts';
import { hasSystemCode } from './system-code.ts';

/** Why something of ours could not be written: DISK_FULL or STORE_NOT_WRITABLE, with the place and the system's own words. */
export function writeError(error: unknown, place: string): AppError {
  const code = hasSystemCode(error, 'ENOSPC', 'EDQUOT') ? 'DISK_FULL' : 'STORE_NOT_WRITABLE';
  const reason = error instanceof Error ? error.message : String(error);
  return new AppError(code, `${place} could not be written: ${reason}`, { file: place }, { cause: error });
}
