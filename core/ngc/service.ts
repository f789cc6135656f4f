import type { NgcStatus } from '../../shared/contract/ngc.ts';
import type { Api } from '../../shared/contract/index.ts';
import { AppError, cancelled, isAppError } from '../../shared/errors.ts';
import type { CoreDeps } from '../deps.ts';
import { parseReference } from '../images/reference.ts';
import { abortable } from '../lib/abortable.ts';
import { createValue } from '../lib/value.ts';
import {
  type Account,
  environmentAccount,
  forgetAccount,
  loadAccount,
  ngcRegistry,
  saveAccount,
  toStatus,
} from './account.ts';
import { type AboutImages, createAboutImages } from './about-images.ts';
import { keyHint, readKey } from './key.ts';
import { checkKey, ngcUserName, readLayerSizes } from './registry.ts';

export interface RegistryCredential {
  username: string;
  password: string;
  serveraddress: string;
}

export interface NgcService {
  api: Api['ngc'];
  /**
   * A new object each time (dockerode deletes it from its options); null for other registries and without a key. A key
   * that NGC refuses is not given out either: it would break the pull of public images, too (ngc facts 2.1).
   */
  credentialFor(reference: string): Promise<RegistryCredential | null>;
  /** For the container that downloads weights; null without a key, or with a refused one. Never logged, never sent to a page. */
  key(): Promise<string | null>;
  /**
   * Compressed size of each layer for the platform, from the registry's manifest (ngc facts 2.2). Null when it cannot
   * be read, for whatever reason: a missing size never fails a pull.
   */
  layerSizes(
    reference: string,
    platform: { os: string; architecture: string },
    signal: AbortSignal,
  ): Promise<readonly LayerSize[] | null>;
  /** Of images of NGC; all others are not asked about. */
  about: AboutImages;
}

export interface LayerSize {
  /** `sha256:…` */
  digest: string;
  bytes: number;
}

// Before the use of a key that was not checked, or not read, yet; what hangs must not hold a pull up, nor every pull.
const quickCheckMs = 5000;
const quickCheckEveryMs = 60_000;

export async function createNgcService(
  deps: Pick<CoreDeps, 'addressOf' | 'env' | 'log' | 'now' | 'steady' | 'secrets'>,
): Promise<NgcService> {
  const { secrets, log } = deps;
  const registry = ngcRegistry(deps);
  const fromEnvironment = environmentAccount(deps);
  let account: Account | null = null;
  let failure: AppError | null = null;
  let askedAt: number | null = null;
  /** When the key store did not say which key it has; null: it did. */
  let unreadAt: number | null = null;
  const state = createValue<NgcStatus>(toStatus(null, null, secrets));

  const settle = (nextAccount: Account | null, nextFailure: AppError | null): NgcStatus => {
    account = nextAccount;
    failure = nextFailure;
    state.set(toStatus(account, failure, secrets));
    return state.get();
  };

  /** One change after the other: a check that began before a sign-out must not bring the old key back. */
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = async <T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> => {
    const turn = last.then(() => {
      if (signal?.aborted) throw cancelled();
      return work();
    });
    // Whoever asked for it hears of its failure; the next one only waits for the end.
    last = turn.catch(() => undefined);
    return turn;
  };

  const load = async (): Promise<NgcStatus> => {
    try {
      const loaded = await loadAccount(secrets);
      unreadAt = null;
      return settle(loaded ?? account ?? fromEnvironment, null);
    } catch (error) {
      if (!isAppError(error)) throw error;
      unreadAt = deps.steady();
      return settle(account ?? fromEnvironment, error);
    }
  };

  const ask = async (key: string, signal: AbortSignal | undefined): Promise<'accepted' | AppError> => {
    askedAt = deps.steady();
    const outcome = await checkKey(registry.address, key, signal ?? new AbortController().signal);
    if (!isAppError(outcome, 'NGC_KEY_REJECTED')) return outcome;
    return new AppError('NGC_KEY_REJECTED', `NGC refused the key that ends in “${keyHint(key)}”.`, outcome.detail);
  };

  /** Asks about the key in use and keeps what is new about it; a network failure changes nothing but `failure`. */
  const recheck = async (checked: Account, signal: AbortSignal | undefined): Promise<NgcStatus> => {
    const outcome = await ask(checked.key, signal);
    if (outcome !== 'accepted' && outcome.code !== 'NGC_KEY_REJECTED') return settle(checked, outcome);
    const isAccepted = outcome === 'accepted';
    const next: Account = {
      ...checked,
      state: isAccepted ? 'signed-in' : 'rejected',
      checkedAt: new Date(deps.now()).toISOString(),
    };
    if (next.isSaved) {
      await saveAccount(secrets, next).catch((error: unknown) => {
        // What was found out holds all the same; it is asked again after the next start.
        log.warn('ngc.state-not-kept', { error: error instanceof Error ? error.message : String(error) });
      });
    }
    return settle(next, isAccepted ? null : outcome);
  };

  const isDue = () =>
    account?.state === 'unchecked' && (askedAt === null || deps.steady() - askedAt > quickCheckEveryMs);

  const isUnreadForLong = () => unreadAt !== null && deps.steady() - unreadAt > quickCheckEveryMs;

  /** The key as far as it may be used. */
  const usable = async (): Promise<string | null> => {
    if (isUnreadForLong()) {
      await inTurn(undefined, async () => {
        if (isUnreadForLong()) await load();
      });
    }
    if (isDue()) {
      await inTurn(undefined, async () => {
        if (account === null || !isDue()) return;
        try {
          await recheck(account, AbortSignal.timeout(quickCheckMs));
        } catch (error) {
          if (!isAppError(error, 'CANCELLED')) throw error;
          settle(account, new AppError('NGC_UNREACHABLE', `${registry.host} did not answer in time.`));
        }
      });
    }
    return account === null || account.state === 'rejected' ? null : account.key;
  };

  const isNgc = (reference: string): boolean => {
    try {
      return parseReference(reference).registry === registry.host;
    } catch (error) {
      // What is wrong with a reference is said where it is pulled; it is in any case none of NGC's.
      if (!isAppError(error, 'BAD_INPUT')) throw error;
      return false;
    }
  };

  await load();

  const ngcImages = createAboutImages(deps, usable);
  const about: AboutImages = {
    architectures: async (reference) => (isNgc(reference) ? ngcImages.architectures(reference) : null),
    profiles: async (reference) => (isNgc(reference) ? ngcImages.profiles(reference) : null),
  };

  return {
    about,
    async credentialFor(reference) {
      if (!isNgc(reference)) return null;
      const password = await usable();
      return password === null ? null : { username: ngcUserName, password, serveraddress: registry.host };
    },
    key: usable,
    async layerSizes(reference, platform, signal) {
      return readLayerSizes({
        reference,
        platform,
        key: isNgc(reference) ? await abortable(usable(), signal) : null,
        signal,
        addressOf: deps.addressOf,
        onFailure: (error) => log.info('ngc.no-layer-sizes', { reference, code: error.code, reason: error.message }),
      });
    },
    api: {
      watch: (_input, options) => state.watch(options?.signal),
      async signIn(input, options) {
        const key = readKey(input.key);
        return inTurn(options?.signal, async () => {
          const outcome = await ask(key, options?.signal);
          const isAccepted = outcome === 'accepted';
          const wouldReplace = account?.isSaved === true && account.state === 'signed-in' && account.key !== key;
          if (!isAccepted && (outcome.code === 'NGC_KEY_REJECTED' || wouldReplace)) throw outcome;
          if (options?.signal?.aborted) throw cancelled();
          const next: Account = {
            key,
            isSaved: true,
            state: isAccepted ? 'signed-in' : 'unchecked',
            checkedAt: isAccepted ? new Date(deps.now()).toISOString() : null,
          };
          await saveAccount(secrets, next);
          unreadAt = null;
          return settle(next, isAccepted ? null : outcome);
        });
      },
      check: (_input, options) =>
        inTurn(options?.signal, async () => {
          // A key store that did not answer at start may do so now.
          if (unreadAt !== null) await load();
          return account === null ? state.get() : recheck(account, options?.signal);
        }),
      signOut: (_input, options) =>
        inTurn(options?.signal, async () => {
          await forgetAccount(secrets);
          unreadAt = null;
          return settle(null, null);
        }),
    },
  };
}
