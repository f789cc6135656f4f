import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from './stages.ts';

const built = join(root, 'out/renderer/index.html');
const builder = join(root, 'node_modules/electron-vite/bin/electron-vite.js');
const sources = ['renderer', 'shared', 'assets', 'electron.vite.config.ts', 'package-lock.json'];

/** Builds the pages when they are missing or older than what they are made of. */
export async function buildPagesIfNeeded(): Promise<void> {
  const builtAt = changedAt(built);
  if (sources.every((source) => newestIn(join(root, source)) < builtAt)) return;
  process.stderr.write('Building the pages …\n');
  await buildPages();
}

export async function buildPages(): Promise<void> {
  // By its file: without npm its name is not on the path, and on Windows it is no program.
  const exitCode = await run(process.execPath, [builder, 'build', '--logLevel', 'warn']);
  if (exitCode !== 0) throw new Error(`The pages could not be built (exit code ${exitCode}).`);
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
