import { AppError } from '../../shared/errors.ts';
import { hasSystemCode } from './system-code.ts';

const fullCodes = ['ENOSPC', 'EDQUOT'];

export const isDiskFull = (error: unknown): boolean => hasSystemCode(error, ...fullCodes);

/** The disk is full, or may not be written: another try there would end alike. */
export const isPlaceAtFault = (error: unknown): boolean =>
  hasSystemCode(error, ...fullCodes, 'EROFS', 'EACCES', 'EPERM');

/** Why something of ours could not be written: DISK_FULL or STORE_NOT_WRITABLE, with the place and the system's own words. */
export function writeError(error: unknown, place: string): AppError {
  const code = isDiskFull(error) ? 'DISK_FULL' : 'STORE_NOT_WRITABLE';
  const reason = error instanceof Error ? error.message : String(error);
  return new AppError(code, `${place} could not be written: ${reason}`, { file: place }, { cause: error });
}
