import { fileURLToPath } from 'node:url';

/**
 * Programs and workers of their own, named by their source. A bundle (of the desktop, of the npm package) makes each an
 * entry, under the name that `entryOf` gives.
 */
export const programs = ['core/store/worker', 'core/secrets/key-store-helper', 'sandbox/start'] as const;

export type Program = (typeof programs)[number];

// [Note: where bundles lie] All files of a bundle lie in one folder of `out/`: then the root of the package is two levels
// up from any of them, as it is from this source, and every entry is a neighbour.
const root = new URL('../../', import.meta.url);
const isBundled = !import.meta.url.endsWith('.ts');
// SECURITY: only an archive has a neighbour of ours; what lies beside a checkout or an installed package is not ours to load.
const isArchived = root.pathname.endsWith('/app.asar/');

/** The absolute path of a file or folder that is shipped, from the root of the package: `assets/catalog.json`. */
export function shippedPath(path: string): string {
  return fileURLToPath(new URL(path, root));
}

/** Where the desktop has the native half of @napi-rs/keyring, from the folder of its archive. */
export const keyStoreModule = 'key-store/keyring.node';

/**
 * The absolute path of a file beside the desktop's archive, since nothing native is loaded out of one; null in a checkout
 * and in the npm package, which have no archive.
 */
export function besideArchive(path: string): string | null {
  return isArchived ? fileURLToPath(new URL(`../${path}`, root)) : null;
}

/** The absolute path of a program: its source, or its entry in the bundle that this runs from. */
export function programPath(program: Program): string {
  return isBundled ? fileURLToPath(new URL(`${entryOf(program)}.js`, import.meta.url)) : shippedPath(`${program}.ts`);
}

/** `core-store-worker` for `core/store/worker`. */
export function entryOf(program: Program): string {
  return program.replaceAll('/', '-');
}
