import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as Shell from '../headless/main.ts';
import { desktop, isFresh, pages, shell } from './fresh.mjs';
import { root, run } from './stages.ts';

const builder = join(root, 'node_modules/electron-vite/bin/electron-vite.js');

/** Builds the pages when they are missing or older than what they are made of. */
export async function buildPagesIfNeeded(): Promise<void> {
  if (isFresh(pages)) return;
  process.stderr.write('Building the pages …\n');
  await buildPages();
}

/** Pages and desktop; one command builds both. */
export async function buildDesktopIfNeeded(): Promise<void> {
  if (isFresh(desktop) && isFresh(pages)) return;
  process.stderr.write('Building the desktop …\n');
  await buildPages();
}

export async function buildPages(): Promise<void> {
  // By its file: without npm its name is not on the path, and on Windows it is no program.
  const exitCode = await run(process.execPath, [builder, 'build', '--logLevel', 'warn']);
  if (exitCode !== 0) throw new Error(`The pages could not be built (exit code ${exitCode}).`);
}

/**
 * The terminal and the browser shell as bundles, made anew when they are older than their sources. From the sources they are
 * some 400 small files whose types have to be stripped, and begin in three times the time.
 */
export async function buildShellIfNeeded(): Promise<void> {
  if (isFresh(shell)) return;
  const { bundleForNode } = await import('./package/node-bundle.ts');
  const environment = process.env['NODE_ENV'];
  // A shell that runs from there loads some of its files later: they stay.
  await bundleForNode(dirname(shell.built), { isEmptied: false });
  // Vite leaves this process, and all that it starts later, in “production”, where React has nothing for tests.
  if (environment === undefined) delete process.env['NODE_ENV'];
  else process.env['NODE_ENV'] = environment;
}

export async function loadShell(): Promise<typeof Shell> {
  await buildShellIfNeeded();
  return (await import(pathToFileURL(shell.built).href)) as typeof Shell;
}
