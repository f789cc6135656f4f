import { AppError, type ErrorCode } from '../../shared/errors.ts';
import { z } from '../../shared/zod.ts';
import { isLoopbackHost } from '../lib/loopback.ts';
import { askRegistry, readJson } from './registry-http.ts';

/** NGC's user name for every key (ngc facts 2.1). */
export const ngcUserName = '$oauthtoken';

/** The only hosts, beside a loopback stand-in, that ever get the key. */
const keyHosts = new Set(['nvcr.io', 'authn.nvidia.com', 'api.ngc.nvidia.com']);

/** All kinds of manifests that have sizes; the index first, as engines ask. */
export const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

const tokenShape = z.object({ token: z.string().min(1).optional(), access_token: z.string().min(1).optional() });

export type Challenge = { scheme: 'basic' } | { scheme: 'bearer'; realm: URL; service: string | null };

/** Null where the registry answers without asking who it is. */
export async function readChallenge(address: URL, signal: AbortSignal): Promise<Challenge | null> {
  const answer = await askRegistry(address, { method: 'HEAD', signal, headers: { accept: manifestTypes } });
  await answer.body?.cancel();
  const challenge = parseChallenge(answer.headers.get('www-authenticate') ?? '', address);
  if (answer.status === 401 && challenge !== null) return challenge;
  // No key was sent, so nothing here is about a key: a page is a proxy's.
  if (isPage(answer)) throw new AppError('PROXY_PAGE', `A web page came where ${address.host} should have answered.`);
  if (answer.ok) return null;
  if (answer.status === 404) throw new AppError('TAG_NOT_FOUND', `${address.host} answered 404.`, { status: 404 });
  if (answer.status !== 401) throw refusal(answer, address.host);
  throw new AppError('NGC_REPLY_UNREADABLE', `${address.host} does not say how to sign in.`);
}

/** @param address whose answer it was; a realm may be relative to it */
export function parseChallenge(header: string, address: URL): Challenge | null {
  const bearer = /\bBearer\s+(.*)/i.exec(header)?.[1];
  if (bearer === undefined) return /\bBasic\b/i.test(header) ? { scheme: 'basic' } : null;
  const parameter = (name: string) => new RegExp(`\\b${name}="([^"]*)"`, 'i').exec(bearer)?.[1] ?? null;
  const realm = parameter('realm');
  if (realm === null || !URL.canParse(realm, address.href)) return null;
  const url = new URL(realm, address);
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackHost(url.hostname));
  return isSafe ? { scheme: 'bearer', realm: url, service: parameter('service') } : null;
}

/** The realm may come with a query of its own, even with the scope in it (ngc facts 2.1). */
export function tokenAddress({ realm, service }: Extract<Challenge, { scheme: 'bearer' }>, repository: string): URL {
  const address = new URL(realm);
  if (service !== null && !address.searchParams.has('service')) address.searchParams.set('service', service);
  // Not the challenge's own scope: it may ask for more than reading.
  address.searchParams.set('scope', `repository:${repository}:pull`);
  return address;
}

export async function readToken(answer: Response): Promise<string> {
  const parsed = tokenShape.safeParse(await readJson(answer));
  const token = parsed.success ? (parsed.data.token ?? parsed.data.access_token) : undefined;
  if (token === undefined) throw new AppError('NGC_REPLY_UNREADABLE', 'The answer to the sign-in holds no token.');
  return token;
}

/** NVIDIA's own hosts over TLS; a stand-in on loopback keeps the key on loopback. A realm elsewhere never gets it. */
export function mayReceiveKey(address: URL, registry: URL): boolean {
  if (isLoopbackHost(registry.hostname)) return isLoopbackHost(address.hostname);
  return (
    address.protocol === 'https:' && address.port === '' && keyHosts.has(registry.host) && keyHosts.has(address.host)
  );
}

/** A page with 401 is the registry's own front, for a token it refuses (ngc facts 11); any other page is a proxy's. */
export function refusal(answer: Response, host: string): AppError {
  const { status } = answer;
  const code = isPage(answer) && status !== 401 ? 'PROXY_PAGE' : (refusalCodes[status] ?? null);
  const otherwise = status >= 500 ? 'NGC_UNREACHABLE' : 'NGC_REPLY_UNREADABLE';
  return new AppError(code ?? otherwise, `${host} answered ${status}.`, { status });
}

const refusalCodes: Record<number, ErrorCode | undefined> = {
  401: 'NGC_KEY_REJECTED',
  402: 'NGC_PAYMENT_REQUIRED',
  403: 'NGC_KEY_REJECTED',
  407: 'PROXY_PAGE',
  412: 'NGC_TERMS_NOT_ACCEPTED',
  429: 'NGC_RATE_LIMITED',
  451: 'NGC_REGION_BLOCKED',
  511: 'PROXY_PAGE',
};

function isPage(answer: Response): boolean {
  return /text\/html/i.test(answer.headers.get('content-type') ?? '');
}

export function basic(key: string): string {
  return `Basic ${Buffer.from(`${ngcUserName}:${key}`).toString('base64')}`;
}
