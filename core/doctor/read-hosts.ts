import { request } from 'undici';
import { isAppError } from '../../shared/errors.ts';
import type { CoreDeps } from '../deps.ts';
import { registryError } from '../ngc/registry-http.ts';
import type { HostReading } from './readings.ts';

interface Host {
  host: string;
  path: string;
  what: string;
  isNeeded: boolean;
  /** What is known of an honest answer: a registry's challenge, JSON, or nothing. */
  expects: 'challenge' | 'json' | 'anything';
}

/** ngc facts 7: the four behind a strict firewall that suffice for a pull, then those that weights come from. */
export const neededHosts: readonly Host[] = [
  { host: 'nvcr.io', path: '/v2/', what: 'images', isNeeded: true, expects: 'challenge' },
  { host: 'layers.nvcr.io', path: '/', what: 'layers of images', isNeeded: true, expects: 'anything' },
  { host: 'authn.nvidia.com', path: '/token', what: 'sign-in', isNeeded: true, expects: 'anything' },
  { host: 'api.ngc.nvidia.com', path: '/v2/', what: 'catalogue, model files', isNeeded: true, expects: 'anything' },
  { host: 'xfiles.ngc.nvidia.com', path: '/', what: 'model files', isNeeded: false, expects: 'anything' },
  { host: 'files.ngc.nvidia.com', path: '/', what: 'model files', isNeeded: false, expects: 'anything' },
  { host: 'huggingface.co', path: '/api/models?limit=1', what: 'public models', isNeeded: false, expects: 'json' },
];

/** Name, connection, certificate and a first answer. */
const limitMs = 6_000;
const ownFamilies =
  /(?:^|\.)(?:nvidia\.com|nvcr\.io|huggingface\.co|hf\.co|amazonaws\.com|cloudfront\.net|akamaized\.net)$/;

/** Asks every host one small question, without a key, all at once; none keeps the others waiting. */
export async function readHosts(addressOf: CoreDeps['addressOf'], signal: AbortSignal): Promise<HostReading[]> {
  return Promise.all(neededHosts.map((host) => readHost(host, addressOf, signal)));
}

async function readHost(host: Host, addressOf: CoreDeps['addressOf'], signal: AbortSignal): Promise<HostReading> {
  const begin = performance.now();
  const done = (state: HostReading['state'], text: string, failure: HostReading['failure']): HostReading => ({
    host: host.host,
    what: host.what,
    isNeeded: host.isNeeded,
    state,
    text,
    failure,
    tookMs: Math.round(performance.now() - begin),
  });
  try {
    const base = addressOf(host.host);
    // Not fetch: that one hides a 407, which is what a proxy says.
    const answer = await readAnswer(
      await request(new URL(host.path, base), {
        headers: { accept: 'application/json' },
        signal: AbortSignal.any([signal, AbortSignal.timeout(limitMs)]),
      }),
    );
    const proxy = proxyPage(host, answer, base);
    if (proxy !== null) return done('failed', proxy, { code: 'PROXY_PAGE', message: `${host.host}: ${proxy}` });
    return done('reached', `answers (HTTP ${answer.status})`, null);
  } catch (error) {
    const failure = isAppError(error) ? error : registryError(error, host.host);
    // Which code NGC's own pages lead to is said of NGC only.
    const code = failure.code === 'NGC_UNREACHABLE' ? 'NETWORK_UNREACHABLE' : failure.code;
    const reason = /: ([^:]+)\.$/.exec(failure.message)?.[1] ?? failure.message;
    return done('failed', `no answer (${reason})`, { code, message: `${host.host}: no answer (${reason}).` });
  }
}

interface Answer {
  status: number;
  header(name: string): string | null;
  /** As much of the body as a title needs; the rest is not fetched. */
  beginning: string;
}

const titleBytes = 4096;

async function readAnswer({ statusCode, headers, body }: Awaited<ReturnType<typeof request>>): Promise<Answer> {
  let beginning = '';
  // Leaving the loop ends the connection.
  for await (const chunk of body.setEncoding('utf8')) {
    beginning += String(chunk);
    if (beginning.length > titleBytes) break;
  }
  return {
    status: statusCode,
    header(name) {
      const value = headers[name];
      return (Array.isArray(value) ? value[0] : value) ?? null;
    },
    beginning,
  };
}

/** Whose page came in the host's place; null: the host's own answer, as far as that can be told. */
function proxyPage({ expects }: Host, answer: Answer, base: URL): string | null {
  if (answer.status === 407 || answer.status === 511)
    return `a proxy asks for a sign-in (HTTP ${answer.status}${viaOf(answer)})`;
  const location = answer.header('location');
  if (location !== null && URL.canParse(location, base.href)) {
    const { hostname } = new URL(location, base);
    if (hostname !== base.hostname && !ownFamilies.test(hostname)) return `a proxy leads to ${hostname}`;
  }
  if (expects === 'anything') return null;
  if (expects === 'challenge' && answer.header('www-authenticate') !== null) return null;
  const isPage = /text\/html/i.test(answer.header('content-type') ?? '');
  // A server in trouble answers with a page, too, and is no proxy.
  if (!isPage || answer.status >= 500) return null;
  const title = /<title[^>]*>([^<]{1,120})</i.exec(answer.beginning)?.[1]?.trim() ?? 'without a title';
  return `a web page came in its place: ${title} (HTTP ${answer.status}${viaOf(answer)})`;
}

function viaOf(answer: Answer): string {
  const via = answer.header('via') ?? answer.header('proxy-agent') ?? answer.header('server');
  return via === null ? '' : `, from ${via.slice(0, 80)}`;
}
