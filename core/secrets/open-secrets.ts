import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isAppError } from '../../shared/errors.ts';
import type { Secrets } from '../deps.ts';
import { type FileSecrets, openFileSecrets } from './file-secrets.ts';
import { createKeyStore, forkHelper, type KeyStore, type StartHelper } from './key-store.ts';

export interface SecretsOptions {
  /** For a shell that cannot fork Node (packaged Electron): null or absent there means the file. */
  startHelper?: StartHelper | null;
  /** A start must not wait long for a key store that hangs. */
  probeLimitMs?: number;
  /** Somebody who is signing in may have to answer an unlock dialog first. */
  callLimitMs?: number;
}

/** On Linux a key store is only reached over the session's D-Bus; a server without one need not start a process to learn that. */
function mayHaveKeyStore(env: Readonly<Record<string, string | undefined>>): boolean {
  if (env['NIMDECK_SECRETS'] === 'file') return false;
  if (process.platform !== 'linux') return true;
  const runtimeFolder = env['XDG_RUNTIME_DIR'];
  return (
    Boolean(env['DBUS_SESSION_BUS_ADDRESS']) || (Boolean(runtimeFolder) && existsSync(join(runtimeFolder ?? '', 'bus')))
  );
}

/** Only a real write, read and removal shows that a key can be kept. */
async function works(keyStore: KeyStore, account: string): Promise<boolean> {
  const value = randomUUID();
  try {
    await keyStore.set(account, value);
    const isKept = (await keyStore.get(account)) === value;
    await keyStore.remove(account);
    return isKept;
  } catch (error) {
    if (isAppError(error, 'KEY_STORE_UNAVAILABLE')) return false;
    throw error;
  }
}

function fileOnly(file: FileSecrets): Secrets {
  return {
    storage: 'file',
    get: async (name) => file.get(name) ?? null,
    set: (name, value) => file.set(name, value),
    remove: (name) => file.set(name, null),
  };
}

/** Whether the key store did it; when it does not answer, the file speaks for it until it does. */
async function reaches(call: Promise<void>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (!isAppError(error, 'KEY_STORE_UNAVAILABLE')) throw error;
    return false;
  }
}

function withKeyStore(keyStore: KeyStore, file: FileSecrets, accountOf: (name: string) => string): Secrets {
  let storage: Secrets['storage'] = 'key-store';

  return {
    get storage() {
      return storage;
    },
    async get(name) {
      // What the file says is newer: it was written when the key store could not be reached, and it moves now.
      const kept = file.get(name);
      if (kept === undefined) return keyStore.get(accountOf(name));
      const account = accountOf(name);
      const isMoved = await reaches(kept === null ? keyStore.remove(account) : keyStore.set(account, kept));
      if (isMoved) await file.forget(name);
      storage = isMoved || kept === null ? 'key-store' : 'file';
      return kept;
    },
    async set(name, value) {
      const isKept = await reaches(keyStore.set(accountOf(name), value));
      storage = isKept ? 'key-store' : 'file';
      await (isKept ? file.forget(name) : file.set(name, value));
    },
    async remove(name) {
      await file.set(name, null);
      if (await reaches(keyStore.remove(accountOf(name)))) await file.forget(name);
    },
  };
}

/**
 * The machine's key store where it works, else a 0600 file in the data folder; `storage` says which, for certain from the
 * first use on. NIMDECK_SECRETS=file asks for the file. Each data folder has entries of its own. Nothing is read or started
 * before the first use: a shell that joins a running core never needs it.
 */
export async function openSecrets(
  dataFolder: string,
  env: Readonly<Record<string, string | undefined>>,
  options: SecretsOptions = {},
): Promise<Secrets> {
  const { probeLimitMs = 5000, callLimitMs = 60_000 } = options;
  // Electron's binary is not Node: forking it would start the app again.
  const ownHelper = process.versions['electron'] === undefined ? forkHelper : null;
  const startHelper = options.startHelper === undefined ? ownHelper : options.startHelper;
  const usableHelper = mayHaveKeyStore(env) ? startHelper : null;

  const open = async (): Promise<Secrets> => {
    const file = await openFileSecrets(dataFolder);
    if (usableHelper === null) return fileOnly(file);
    const accountOf = (name: string) => `${name}@${dataFolder}`;
    const keyStore = createKeyStore((helperFile) => usableHelper(helperFile, env), probeLimitMs);
    if (!(await works(keyStore, accountOf('probe')))) return fileOnly(file);
    keyStore.setLimit(callLimitMs);
    return withKeyStore(keyStore, file, accountOf);
  };

  let storage: Secrets['storage'] = usableHelper === null ? 'file' : 'key-store';
  let opening: Promise<Secrets> | null = null;
  const use = async <T>(action: (secrets: Secrets) => Promise<T>): Promise<T> => {
    const secrets = await (opening ??= open());
    try {
      return await action(secrets);
    } finally {
      storage = secrets.storage;
    }
  };

  return {
    get storage() {
      return storage;
    },
    get: (name) => use((secrets) => secrets.get(name)),
    set: (name, value) => use((secrets) => secrets.set(name, value)),
    remove: (name) => use((secrets) => secrets.remove(name)),
  };
}
