import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { readJsonFile, writeJsonFile } from '../lib/json-file.ts';

const fileVersion = 1;

/**
 * Keys in a 0600 file. Beside what is kept it remembers what was removed (`null`), because the machine's key store may hold
 * an older copy that cannot be reached just now.
 */
export interface FileSecrets {
  /** Undefined: the file says nothing about it. */
  get(name: string): string | null | undefined;
  set(name: string, value: string | null): Promise<void>;
  forget(name: string): Promise<void>;
}

export async function openFileSecrets(dataFolder: string): Promise<FileSecrets> {
  const file = join(dataFolder, 'secrets.json');
  const { content } = await readJsonFile(file, fileVersion, Date.now());
  // Someone may have copied it here with wider rights. A file that is not there or not ours fails when it is written.
  if (content !== null) await chmod(file, 0o600).catch(() => undefined);
  const kept = new Map(Object.entries(content ?? {}));
  let written: Promise<void> = Promise.resolve();

  const write = async (): Promise<void> => {
    const before = written;
    written = (async () => {
      // A write that failed was told to whoever asked for it; this one stands for itself.
      await before.catch(() => undefined);
      await writeJsonFile(file, fileVersion, Object.fromEntries(kept));
    })();
    await written;
  };

  return {
    get(name) {
      const value = kept.get(name);
      return typeof value === 'string' || value === null ? value : undefined;
    },
    async set(name, value) {
      kept.set(name, value);
      await write();
    },
    async forget(name) {
      if (kept.delete(name)) await write();
    },
  };
}
