import { readFile } from 'node:fs/promises';
import { AppError } from '../shared/errors.ts';

/** The text of a file that the user names; BAD_INPUT where it cannot be read. */
export async function readSaved(file: string): Promise<string> {
  return await readFile(file, 'utf8').catch((error: unknown) => {
    throw new AppError('BAD_INPUT', `${file} cannot be read.`, { file }, { cause: error });
  });
}
