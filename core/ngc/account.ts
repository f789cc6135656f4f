import type { NgcStatus } from '../../shared/contract/ngc.ts';
import { AppError } from '../../shared/errors.ts';
import { z } from '../../shared/zod.ts';
import type { CoreDeps, Secrets } from '../deps.ts';
import { isLoopbackHost } from '../lib/loopback.ts';
import { keyHint, readKey } from './key.ts';
import { parseJson } from '../lib/parse-json.ts';

/** A key and what is known of it. */
export interface Account {
  key: string;
  /** False: it comes from the environment. */
  isSaved: boolean;
  state: 'signed-in' | 'rejected' | 'unchecked';
  checkedAt: string | null;
}

const secretName = 'ngc';

// What is known of a key is kept with it, so that a start need not ask NGC and the two cannot disagree.
const savedShape = z.object({
  key: z.string().min(1),
  state: z.enum(['signed-in', 'rejected', 'unchecked']),
  checkedAt: z.iso.datetime().nullable(),
});

export async function loadAccount(secrets: Secrets): Promise<Account | null> {
  const text = await secrets.get(secretName);
  if (text === null) return null;
  const saved = savedShape.safeParse(parseJson(text));
  return saved.success ? { ...saved.data, isSaved: true } : null;
}

export async function saveAccount(secrets: Secrets, { key, state, checkedAt }: Account): Promise<void> {
  await secrets.set(secretName, JSON.stringify({ key, state, checkedAt }));
}

export async function forgetAccount(secrets: Secrets): Promise<void> {
  await secrets.remove(secretName);
}

/** The key of NVIDIA's own command lines; used when none was saved, and never saved. */
export function environmentAccount({ env, log }: Pick<CoreDeps, 'env' | 'log'>): Account | null {
  const text = env['NGC_API_KEY'];
  if (text === undefined || text.trim() === '') return null;
  try {
    return { key: readKey(text), isSaved: false, state: 'unchecked', checkedAt: null };
  } catch (error) {
    log.warn('ngc.environment-key-ignored', { error: error instanceof Error ? error.message : String(error) });
    return null;
  }
}

export function toStatus(account: Account | null, failure: AppError | null, secrets: Secrets): NgcStatus {
  const said = failure === null ? null : failure.toFailure();
  if (account === null) {
    return { state: 'signed-out', keyHint: null, storage: null, checkedAt: null, failure: said };
  }
  const { key, state, checkedAt, isSaved } = account;
  return { state, keyHint: keyHint(key), storage: isSaved ? secrets.storage : null, checkedAt, failure: said };
}

export interface NgcRegistry {
  /** As it stands in a reference. */
  host: string;
  address: string;
}

/** nvcr.io, or the stand-in on loopback that NIMDECK_NGC_REGISTRY names; a key is never sent to any other host by a setting. */
export function ngcRegistry({ env, addressOf }: Pick<CoreDeps, 'env' | 'addressOf'>): NgcRegistry {
  const override = env['NIMDECK_NGC_REGISTRY'];
  if (override === undefined || override === '') return { host: 'nvcr.io', address: addressOf('nvcr.io').href };
  const address = `http://${override}`;
  const isHost = URL.canParse(address) && new URL(address).host === override;
  if (!isHost || !isLoopbackHost(override)) {
    throw new AppError(
      'BAD_INPUT',
      'NIMDECK_NGC_REGISTRY must be a host and port on loopback, such as 127.0.0.1:5001.',
    );
  }
  return { host: override, address };
}
