import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Json } from '../../shared/json.ts';
import { z } from '../../shared/zod.ts';
import { type Notice, setAside } from './set-aside.ts';
import { hasSystemCode } from './system-code.ts';
import { parseJson } from './parse-json.ts';
import { writeError } from './write-error.ts';

/** What a versioned file holds beside its version. */
export type FileContent = Record<string, Json>;

export interface ReadFile {
  /** Null when there is no such file, or none that can be used. */
  content: FileContent | null;
  /** What became of a file that was damaged or of a newer version. */
  notice: Notice | null;
}

const versioned = z.looseObject({ version: z.number().int().min(1) }).catchall(z.json());

/**
 * Reads a file that `writeJsonFile` wrote. One that is damaged or newer is set aside under a name of its own and said, so
 * that it neither stops the start nor is written over.
 */
export async function readJsonFile(file: string, version: number, now: number): Promise<ReadFile> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (hasSystemCode(error, 'ENOENT', 'ENOTDIR')) return { content: null, notice: null };
    return { content: null, notice: setAsideOrSay(file, 'damaged', now) };
  }
  const parsed = versioned.safeParse(parseJson(text));
  if (!parsed.success) return { content: null, notice: setAsideOrSay(file, 'damaged', now) };
  const { version: found, ...content } = parsed.data;
  return found > version ? { content: null, notice: setAsideOrSay(file, 'newer', now) } : { content, notice: null };
}

function setAsideOrSay(file: string, word: 'damaged' | 'newer', now: number): Notice {
  const what = word === 'newer' ? `${file} was written by a newer Nimdeck.` : `${file} could not be read.`;
  try {
    const name = setAside(file, word, now);
    return {
      code: word === 'newer' ? 'STORE_NEWER' : 'STORE_DAMAGED',
      message: `${what} It was set aside as ${name}.`,
    };
  } catch (error) {
    return { code: 'STORE_NOT_WRITABLE', message: `${what} It could not be renamed either (${String(error)}).` };
  }
}

/** Writes whole or not at all, readable by the user only. Calls for one file must follow one another. */
export async function writeJsonFile(file: string, version: number, content: FileContent): Promise<void> {
  // One owner per data folder, so a fixed name is free, and what a kill leaves behind is written over next time.
  const temporary = `${file}.tmp`;
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await rm(temporary, { force: true });
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(`${JSON.stringify({ version, ...content }, null, 2)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    // What can be said is why the write failed; that the rest of it stays behind as well adds nothing.
    await rm(temporary, { force: true }).catch(() => undefined);
    throw writeError(error, file);
  }
}
