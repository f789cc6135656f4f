import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isAppError } from '../../shared/errors.ts';
import type { Secrets } from '../deps.ts';
import { type FileSecrets, openFileSecrets } from './file-secrets.ts';
import { createKeyStore, forkHelper, type KeyStore, type StartHelper } from './key-store.ts';
import { createReach, type KeyStoreReach, outOfReach } from './reach-key-store.ts';

export interface SecretsOptions {
  /** For a shell that cannot fork Node (packaged Electron): null or absent there means the file. */
  startHelper?: StartHelper | null;
  /** A start must not wait long for a key store that hangs. */
  probeLimitMs?: number;
  /** Somebody who is signing in may have to answer an unlock dialog first. */
  callLimitMs?: number;
  /** Milliseconds of a clock that nobody sets. */
  steady?: () => number;
}

const isFileWanted = (env: Readonly<Record<string, string | undefined>>) => env['NIMDECK_SECRETS'] === 'file';

/** On Linux a key store is only reached over the session's D-Bus; a server without one need not start a process to learn that. */
function mayReachKeyStore(env: Readonly<Record<string, string | undefined>>): boolean {
  if (isFileWanted(env)) return false;
  if (process.platform !== 'linux') return true;
  const runtimeFolder = env['XDG_RUNTIME_DIR'];
  return (
    Boolean(env['DBUS_SESSION_BUS_ADDRESS']) || (Boolean(runtimeFolder) && existsSync(join(runtimeFolder ?? '', 'bus')))
  );
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
async function reaches(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (!isAppError(error, 'KEY_STORE_UNAVAILABLE')) throw error;
    return false;
  }
}

function withKeyStore(reach: KeyStoreReach, file: FileSecrets, accountOf: (name: string) => string): Secrets {
  let storage: Secrets['storage'] = reach.proved() === null ? 'file' : 'key-store';

  const keep = async (name: string, value: string): Promise<boolean> => {
    const isKept = await reaches(reach.ask().then((keyStore) => keyStore.set(accountOf(name), value)));
    if (isKept) await file.hand(name);
    return isKept;
  };
  const drop = async (name: string): Promise<boolean> => {
    const isDropped = await reaches(reach.ask().then((keyStore) => keyStore.remove(accountOf(name))));
    if (isDropped) await file.forget(name);
    return isDropped;
  };

  return {
    get storage() {
      return storage;
    },
    async get(name) {
      const kept = file.get(name);
      if (kept === undefined) return await read(name);
      // What the file says is newer: it was written when the key store could not be reached, and it moves now.
      const isProved = reach.proved() !== null;
      const isMoved = isProved && (await (kept === null ? drop(name) : keep(name, kept)));
      storage = isMoved || (isProved && kept === null) ? 'key-store' : 'file';
      return kept;
    },
    async set(name, value) {
      const isKept = await keep(name, value);
      storage = isKept ? 'key-store' : 'file';
      if (!isKept) await file.set(name, value);
    },
    async remove(name) {
      await file.set(name, null);
      await drop(name);
    },
  };

  async function read(name: string): Promise<string | null> {
    let keyStore: KeyStore;
    try {
      keyStore = await reach.ask();
    } catch (error) {
      // Most machines whose key store does not answer have none, and no key in it.
      if (!isAppError(error, 'KEY_STORE_UNAVAILABLE') || file.isInKeyStore(name)) throw error;
      return null;
    }
    storage = 'key-store';
    const value = await keyStore.get(accountOf(name));
    await (value === null ? file.forget(name) : file.hand(name));
    return value;
  }
}

/**
 * The machine's key store where it works, else a 0600 file in the data folder; `storage` says which, for certain from the
 * first use on. One that is locked or slow at first is probed again by later uses, and reading throws KEY_STORE_UNAVAILABLE
 * for what it is known to hold. NIMDECK_SECRETS=file asks for the file. Each data folder has entries of its own. Nothing is read or started
 * before the first use: a shell that joins a running core never needs it.
 */
export async function openSecrets(
  dataFolder: string,
  env: Readonly<Record<string, string | undefined>>,
  options: SecretsOptions = {},
): Promise<Secrets> {
  const { probeLimitMs = 5000, callLimitMs = 60_000, steady = () => performance.now() } = options;
  // Electron's binary is not Node: forking it would start the app again.
  const ownHelper = process.versions['electron'] === undefined ? forkHelper : null;
  const startHelper = options.startHelper === undefined ? ownHelper : options.startHelper;
  const usableHelper = mayReachKeyStore(env) ? startHelper : null;

  const open = async (): Promise<Secrets> => {
    const file = await openFileSecrets(dataFolder);
    if (isFileWanted(env)) return fileOnly(file);
    const accountOf = (name: string) => `${name}@${dataFolder}`;
    if (usableHelper === null) return withKeyStore(outOfReach, file, accountOf);
    const keyStore = createKeyStore((helperFile) => usableHelper(helperFile, env), probeLimitMs);
    const reach = createReach({ keyStore, probeAccount: accountOf('probe'), callLimitMs, steady });
    await reaches(reach.ask());
    return withKeyStore(reach, file, accountOf);
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
