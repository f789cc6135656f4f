import { readFile } from 'node:fs/promises';
import { markedEncoding } from '../shared/decode-text.ts';
import { AppError } from '../shared/errors.ts';

/** The text of a file that the user names; BAD_INPUT where it cannot be read. */
export async function readSaved(file: string): Promise<string> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw new AppError('BAD_INPUT', `${file} cannot be read.`, { file }, { cause: error });
  });
  return new TextDecoder(markedEncoding(bytes) ?? 'utf-8').decode(bytes);
}
