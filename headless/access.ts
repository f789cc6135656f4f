import { chmodSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { writeFault } from '../core/data-folder.ts';
import { newToken } from '../core/lib/token.ts';
import { isDiskFull } from '../core/lib/write-error.ts';

// SECURITY: access to the engine is access to the machine, so neither other users of it nor other sites open in the
// browser may get in: the token keeps out the first, `Host` and `Origin` the second.

/**
 * A token for this start, also in a file that only the user can read, for whoever lost the printed address. Not kept
 * over starts: pages of an earlier one go on knocking at its port with their token, and while Nimdeck is down another
 * user of this machine may listen there. Where the folder cannot be written it is only printed.
 */
export function makeToken(dataFolder: string): string {
  const path = join(dataFolder, 'browser-token');
  const token = newToken();
  const scratch = `${path}.${process.pid}.new`;
  try {
    writeFileSync(scratch, `${token}\n`, { mode: 0o600 });
    chmodSync(scratch, 0o600); // The mode above counts only for a new file.
    renameSync(scratch, path);
  } catch (error) {
    if (writeFault(dataFolder) === null) throw error;
    if (isDiskFull(error)) rmSync(scratch, { force: true });
  }
  return token;
}

// Any port: what is forwarded by ssh may arrive under another one. A name that an attacker's DNS points here is none of these.
const ownHost = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/i;

/** The `Host` of a request that has exactly one: of two, Node gives the first, a proxy in between may go by the other (RFC 9112, 3.2). */
export function onlyHost({ headersDistinct }: IncomingMessage): string | undefined {
  const hosts = headersDistinct['host'];
  return hosts?.length === 1 ? hosts[0] : undefined;
}

/** SECURITY: a page of another site whose name was pointed at this machine (DNS rebinding) sends that name as `Host`. */
export function isOwnHost(host: string | undefined): host is string {
  return host !== undefined && ownHost.test(host);
}

/** SECURITY: pages of other origins, other ports of this machine included, are refused. Programs send no origin. */
export function isOwnOrigin({ origin, host }: IncomingHttpHeaders): boolean {
  return origin === undefined || origin.toLowerCase() === `http://${host?.toLowerCase()}`;
}
