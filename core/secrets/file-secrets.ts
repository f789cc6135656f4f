import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { readJsonFile, writeJsonFile } from '../lib/json-file.ts';

const fileVersion = 1;
/** In place of a key: the machine's key store has it. */
const elsewhere = true;

/**
 * Keys in a 0600 file. Beside what is kept it remembers what was removed (`null`), because the machine's key store may hold
 * an older copy that cannot be reached just now, and what the key store holds, because one that cannot be reached does not say.
 */
export interface FileSecrets {
  /** Undefined: the file holds nothing for it. */
  get(name: string): string | null | undefined;
  isInKeyStore(name: string): boolean;
  set(name: string, value: string | null): Promise<void>;
  /** The key store has it now, and the file no longer. */
  hand(name: string): Promise<void>;
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

  const get = (name: string) => {
    const value = kept.get(name);
    return typeof value === 'string' || value === null ? value : undefined;
  };

  /** What the file holds would win over the key store at the next start; a lost note only costs a failure that is not said. */
  const writeInstead = async (wasHeld: boolean): Promise<void> => {
    const writing = write();
    await (wasHeld ? writing : writing.catch(() => undefined));
  };

  return {
    get,
    isInKeyStore: (name) => kept.get(name) === elsewhere,
    async set(name, value) {
      kept.set(name, value);
      await write();
    },
    async hand(name) {
      if (kept.get(name) === elsewhere) return;
      const wasHeld = get(name) !== undefined;
      kept.set(name, elsewhere);
      await writeInstead(wasHeld);
    },
    async forget(name) {
      const wasHeld = get(name) !== undefined;
      if (kept.delete(name)) await writeInstead(wasHeld);
    },
  };
}
