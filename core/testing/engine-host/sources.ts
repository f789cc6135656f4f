import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const isProgram = (path: string): boolean => path.endsWith('.ts') && !path.endsWith('.test.ts');

// Type-only imports are gone when the file runs.
const imported = /^(?:import|export)\s(?!type\s)(?:[^'"]*?from\s*)?['"]([^'"]+)['"]/gm;

/**
 * The files of a folder, tests left out, and whatever they import from elsewhere in the project, as paths from its
 * root. A program that is to run without node_modules can import its own files and Node's modules only.
 */
export function sourcesOf(root: string, folder: string): string[] {
  const found = new Set<string>();
  const add = (path: string): void => {
    if (found.has(path)) return;
    found.add(path);
    if (!isProgram(path)) return;
    for (const [, target = ''] of readFileSync(join(root, path), 'utf8').matchAll(imported)) {
      if (target.startsWith('.')) add(relative(root, join(root, dirname(path), target)));
      else if (!target.startsWith('node:')) throw new Error(`${path} imports ${target}: not there in an image`);
    }
  };
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true, recursive: true })) {
    const path = relative(root, join(entry.parentPath, entry.name));
    if (entry.isFile() && !path.endsWith('.test.ts')) add(path);
  }
  return [...found].toSorted();
}
