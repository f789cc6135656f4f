import { protocol } from 'electron';
import { loadBuiltPages, pageHeaders } from '../core/host/built-pages.ts';

const scheme = 'app';
const host = 'bundle';

/** @param search what is behind the path, with its `?` or `#` */
export const pageAddress = (search: string) => `${scheme}://${host}/index.html${search}`;

/** SECURITY: our pages and nothing else, whatever a frame, a redirect or a link made of it. */
export function isOwnAddress(address: string): boolean {
  const url = URL.parse(address);
  return url !== null && url.protocol === `${scheme}:` && url.host === host;
}

/** Before the app is ready: a scheme gets its rights only then. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    // SECURITY: an origin of its own (storage, CSP, `crypto.randomUUID`), and none of the rights of `file:`.
    { scheme, privileges: { standard: true, secure: true, codeCache: true } },
  ]);
}

/** Serves the built pages. SECURITY: they are looked up in a list that was read at start, so no address becomes a path. */
export function servePages(): void {
  const pages = loadBuiltPages();
  const headers = pageHeaders();
  const refuse = (status: number) => new Response(null, { status, headers });

  protocol.handle(scheme, (request) => {
    if (!isOwnAddress(request.url)) return refuse(403);
    if (request.method !== 'GET') return refuse(405);
    const page = pages.get(new URL(request.url).pathname);
    if (page === undefined) return refuse(404);
    return new Response(new Uint8Array(page.body), { headers: { ...headers, ...page.headers } });
  });
}
