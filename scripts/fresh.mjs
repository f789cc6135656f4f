// What is built, and what of. Plain JavaScript, so that a start of what is built needs no TypeScript: the first file of
// that kind makes Node load its type stripper (60 ms of processor time).
import { readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

export const pages = {
  built: `${root}out/renderer/index.html`,
  sources: ['renderer', 'shared', 'assets', 'electron.vite.config.ts', 'package-lock.json'],
};

export const desktop = {
  built: `${root}out/main/index.js`,
  sources: [...pages.sources, 'electron', 'core', 'sandbox', 'scripts/package'],
};

export const shell = {
  built: `${root}out/cli/headless.js`,
  sources: ['cli', 'core', 'headless', 'sandbox', 'shared', 'scripts/package', 'package-lock.json'],
};

/** When what lies there was changed last, the newest file of a folder; each is looked at once in the life of a program. */
const changes = new Map();

export function isFresh({ built, sources }) {
  const builtAt = changedAt(built);
  return sources.every((source) => newestIn(source) < builtAt);
}

function newestIn(source) {
  const known = changes.get(source);
  if (known !== undefined) return known;
  const path = root + source;
  const newest = statSync(path, { throwIfNoEntry: false })?.isDirectory() ? newestFile(path) : changedAt(path);
  changes.set(source, newest);
  return newest;
}

function newestFile(folder) {
  let newest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    newest = Math.max(newest, entry.isDirectory() ? newestFile(path) : changedAt(path));
  }
  return newest;
}

function changedAt(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
