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

/** The absolute path of a file or folder that is shipped, from the root of the package: `assets/catalog.json`. */
export function shippedPath(path: string): string {
  return fileURLToPath(new URL(path, root));
}

/** The absolute path of a program: its source, or its entry in the bundle that this runs from. */
export function programPath(program: Program): string {
  return isBundled ? fileURLToPath(new URL(`${entryOf(program)}.js`, import.meta.url)) : shippedPath(`${program}.ts`);
}

/** `core-store-worker` for `core/store/worker`. */
export function entryOf(program: Program): string {
  return program.replaceAll('/', '-');
}
