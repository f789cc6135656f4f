import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as Shell from '../headless/main.ts';
import { root, run } from './stages.ts';

const builder = join(root, 'node_modules/electron-vite/bin/electron-vite.js');
const pages = join(root, 'out/renderer/index.html');
const pageSources = ['renderer', 'shared', 'assets', 'electron.vite.config.ts', 'package-lock.json'];
const bundle = join(root, 'out/cli');
const bundleSources = ['cli', 'core', 'headless', 'sandbox', 'shared', 'scripts/package', 'package-lock.json'];

/** Builds the pages when they are missing or older than what they are made of. */
export async function buildPagesIfNeeded(): Promise<void> {
  if (isNewer(pages, pageSources)) return;
  process.stderr.write('Building the pages …\n');
  await buildPages();
}

const desktop = join(root, 'out/main/index.js');
const desktopSources = [...pageSources, 'electron', 'core', 'sandbox', 'scripts/package'];

/** Pages and desktop; one command builds both. */
export async function buildDesktopIfNeeded(): Promise<void> {
  if (isNewer(desktop, desktopSources) && isNewer(pages, pageSources)) return;
  process.stderr.write('Building the desktop …\n');
  await buildPages();
}

export async function buildPages(): Promise<void> {
  // By its file: without npm its name is not on the path, and on Windows it is no program.
  const exitCode = await run(process.execPath, [builder, 'build', '--logLevel', 'warn']);
  if (exitCode !== 0) throw new Error(`The pages could not be built (exit code ${exitCode}).`);
}

/**
 * The browser shell as one bundle, made anew when it is older than its sources. From the sources it is some 400 small
 * files whose types have to be stripped, and begins in three times the time.
 */
export async function loadShell(): Promise<typeof Shell> {
  const entry = join(bundle, 'headless.js');
  if (!isNewer(entry, bundleSources)) {
    const { bundleForNode } = await import('./package/node-bundle.ts');
    // A shell that runs from there loads some of its files later: they stay.
    await bundleForNode(bundle, { isEmptied: false });
  }
  return (await import(pathToFileURL(entry).href)) as typeof Shell;
}

function isNewer(built: string, sources: readonly string[]): boolean {
  const builtAt = changedAt(built);
  return sources.every((source) => newestIn(join(root, source)) < builtAt);
}

function newestIn(path: string): number {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return 0;
  if (!found.isDirectory()) return found.mtimeMs;
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Math.max(0, ...files.map((entry) => changedAt(join(entry.parentPath, entry.name))));
}

function changedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
