import { request, stream } from '../rpc/contract.ts';
import { z } from '../zod.ts';
import { failure, instant, nothing } from './common.ts';

/** The key itself never leaves core: there is no getter. */
export const ngcStatus = z.object({
  state: z.enum(['signed-out', 'signed-in', 'rejected', 'unchecked']),
  /** Last four characters, so that two keys can be told apart. */
  keyHint: z.string().nullable(),
  /**
   * Where it is kept; `file` (mode 0600) only where the machine has no key store, and then said openly. Null with a
   * `keyHint`: nowhere, it comes from NGC_API_KEY of the environment.
   */
  storage: z.enum(['key-store', 'file']).nullable(),
  checkedAt: instant.nullable(),
  /** Why the last check did not succeed; a network failure leaves the key as it was (`unchecked`). */
  failure: failure.nullable(),
});
export type NgcStatus = z.infer<typeof ngcStatus>;

export const ngc = {
  watch: stream(nothing, ngcStatus),
  /**
   * Checks the key first; a rejected one is not kept and fails with NGC_KEY_REJECTED. When NGC cannot be asked, the key
   * is kept as `unchecked` and `failure` says why, unless that would replace one that was accepted.
   */
  signIn: request(z.strictObject({ key: z.string().trim().min(1).max(4096) }), ngcStatus),
  check: request(nothing, ngcStatus),
  /** Also ends the use of NGC_API_KEY until the next start. */
  signOut: request(nothing, ngcStatus),
};
