import { randomUUID } from 'node:crypto';
import { type AppError, isAppError } from '../../shared/errors.ts';
import { type KeyStore, unavailable } from './key-store.ts';

/** The way to a key store that may be locked, slow, or not there at all. */
export interface KeyStoreReach {
  /** The key store once it has shown that it keeps a key, from then on for good; null before. */
  proved(): KeyStore | null;
  /** Probes it where it was not proved yet; throws KEY_STORE_UNAVAILABLE. */
  ask(): Promise<KeyStore>;
}

interface ReachOptions {
  keyStore: KeyStore;
  /** A name under which nothing is kept. */
  probeAccount: string;
  /** Of a call once it is proved, in milliseconds. */
  callLimitMs: number;
  /** Milliseconds of a clock that nobody sets. */
  steady: () => number;
}

/** A probe starts a program and may wait as long as it may; services that read their keys one after the other wait once. */
const probeEveryMs = 3000;

/** Only a real write, read and removal shows that a key can be kept. */
async function prove(keyStore: KeyStore, account: string): Promise<void> {
  const value = randomUUID();
  await keyStore.set(account, value);
  const found = await keyStore.get(account);
  await keyStore.remove(account);
  if (found !== value) throw unavailable('it does not give back what it was given.');
}

export function createReach({ keyStore, probeAccount, callLimitMs, steady }: ReachOptions): KeyStoreReach {
  let isProved = false;
  let failure: { error: AppError; at: number } | null = null;
  let probing: Promise<void> | null = null;

  async function probe(): Promise<void> {
    try {
      await prove(keyStore, probeAccount);
      isProved = true;
      keyStore.setLimit(callLimitMs);
    } catch (error) {
      if (isAppError(error, 'KEY_STORE_UNAVAILABLE')) failure = { error, at: steady() };
      throw error;
    } finally {
      probing = null;
    }
  }

  return {
    proved: () => (isProved ? keyStore : null),
    async ask() {
      if (isProved) return keyStore;
      if (probing === null && failure !== null && steady() - failure.at < probeEveryMs) throw failure.error;
      await (probing ??= probe());
      return keyStore;
    },
  };
}

/** From here no key store is reached, whatever this machine has. */
export const outOfReach: KeyStoreReach = {
  proved: () => null,
  ask: async () => {
    throw unavailable('it cannot be reached from where Nimdeck was started.');
  },
};
