import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { AppError } from '../../shared/errors.ts';
import { shippedPath } from '../lib/shipped.ts';

export interface BuiltPage {
  body: Buffer;
  headers: Record<string, string>;
  etag: string;
}

/** Where `npm run build` puts the pages, and where a package has them. */
const builtPagesFolder = shippedPath('out/renderer');

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
};

/** SECURITY: own files only, nothing inline, nothing evaluated. @param connectTo where else than to its own origin a page may connect */
export function pageHeaders(connectTo: readonly string[] = []): Record<string, string> {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src ${["'self'", ...connectTo].join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return {
    'Content-Security-Policy': policy.join('; '),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'X-Frame-Options': 'DENY',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
  };
}

/** Paths as in an address: `/index.html`, also `/`. */
export interface BuiltPages {
  get(path: string): BuiltPage | undefined;
}

/** The start is over by then, and a browser has what it asked for first. */
const readRestAfterMs = 3_000;

/**
 * The built pages, each read when it is first asked for, the rest a little later: most of them (a hundred parts, 6 MB) no
 * start needs, and all of them stay as they were at this start when they are built anew. SECURITY: what is asked for is
 * looked up in a list that was made at start and never becomes a path, so nothing else on the disk can be reached, however
 * the address is spelled. Throws NOT_FOUND where nothing was built.
 */
export function loadBuiltPages(folder: string = builtPagesFolder): BuiltPages {
  const files = new Map(listFiles(folder).map((path) => [`/${relative(folder, path).split(sep).join('/')}`, path]));
  const index = files.get('/index.html');
  if (index === undefined)
    throw new AppError('NOT_FOUND', `The pages are not in ${folder}; build them with “npm run build”.`, { folder });
  files.set('/', index);
  const pages = new Map<string, BuiltPage>();
  const get = (path: string) => {
    const file = files.get(path);
    if (file === undefined) return undefined;
    const page = pages.get(file) ?? readPage(file);
    if (page !== undefined) pages.set(file, page);
    return page;
  };
  const readRest = async () => {
    // One at a time, so that nobody waits for more than one of them.
    for (const path of files.keys()) {
      get(path);
      await nextTurn();
    }
  };
  setTimeout(() => void readRest(), readRestAfterMs).unref();
  return { get };
}

/** SECURITY: by hand, since Node's own recursion goes into folders that are links, and so out of this one. */
function listFiles(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return listFiles(path);
      return entry.isFile() ? [path] : [];
    });
  } catch (error) {
    throw new AppError('NOT_FOUND', `The pages are not in ${folder}.`, { folder }, { cause: error });
  }
}

function readPage(path: string): BuiltPage | undefined {
  const body = readIfThere(path);
  if (body === null) return undefined;
  const etag = `"${createHash('sha256').update(body).digest('base64url')}"`;
  // The build puts a hash of the content into these names; everything else is asked for again each time.
  const isForEver = /[/\\]assets[/\\].+-[\w-]{8}\.\w+$/.test(path);
  return {
    body,
    etag,
    headers: {
      'Content-Type': types[extname(path)] ?? 'application/octet-stream',
      'Cache-Control': isForEver ? 'public, max-age=31536000, immutable' : 'no-cache',
      ETag: etag,
    },
  };
}

/** Null where it was taken away since the start: a build that began meanwhile. */
function readIfThere(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch {
    return null;
  }
}
