import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { hasSystemCode } from '../lib/system-code.ts';

/** As the model is named in the cache: `…/nim/meta/llama-3.1-8b-instruct:2.0.6` keeps its files in `models--nim--meta--llama-3.1-8b-instruct`. */
export function modelFolder(cacheFolder: string, reference: string): string | null {
  const [path = ''] = reference.split('@');
  const parts = path
    .replace(/:[^/:]*$/, '')
    .split('/')
    .slice(-2);
  const isPlain = parts.length === 2 && parts.every((part) => /^[a-z0-9][\w.-]*$/i.test(part));
  return isPlain ? join(cacheFolder, 'ngc', 'hub', `models--nim--${parts.join('--')}`) : null;
}

/** Bytes of the files in a folder; null when there is no such folder, or none that may be read. */
export async function folderSize(folder: string, signal: AbortSignal): Promise<number | null> {
  try {
    return await sizeOf(folder, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (hasSystemCode(error, 'ENOENT', 'ENOTDIR', 'EACCES', 'EPERM')) return null;
    throw error;
  }
}

async function sizeOf(folder: string, signal: AbortSignal): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    signal.throwIfAborted();
    const path = join(folder, entry.name);
    // Snapshots are links to what is counted already.
    if (entry.isDirectory()) bytes += await sizeOf(path, signal);
    else if (entry.isFile()) bytes += (await lstat(path)).size;
  }
  return bytes;
}

/** Removes a model's files; CACHE_NOT_WRITABLE when they belong to somebody else. */
export async function removeModel(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const message = `The model’s files in ${folder} could not be removed: ${why}`;
    throw new AppError('CACHE_NOT_WRITABLE', message, { folder }, { cause: error });
  }
}
