import { readFile } from 'node:fs/promises';
import { AppError } from '../shared/errors.ts';

/** The text of a file that the user names; BAD_INPUT where it cannot be read. */
export async function readSaved(file: string): Promise<string> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw new AppError('BAD_INPUT', `${file} cannot be read.`, { file }, { cause: error });
  });
  return new TextDecoder(encodingOf(bytes)).decode(bytes);
}

/** What Windows PowerShell's `>` writes begins with a mark of UTF-16; the decoder takes marks away. */
function encodingOf(bytes: Buffer): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
}
