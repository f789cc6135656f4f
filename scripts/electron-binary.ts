import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './stages.ts';

export const electronFolder = join(root, 'node_modules/electron');

/** Where Electron's program is. Never `import 'electron'`: without its binary that begins to download one. */
export function findElectron(): { program: string } | { missing: string } {
  const missing = { missing: 'Electron’s binary is not installed (“npm run desktop” fetches it)' };
  const pathFile = join(electronFolder, 'path.txt');
  if (!existsSync(pathFile)) return missing;
  const program = join(electronFolder, 'dist', readFileSync(pathFile, 'utf8').trim());
  return existsSync(program) ? { program } : missing;
}

/** The desktop from this checkout, until it ends. Answers its exit code. */
export async function runDesktop(program: string, args: readonly string[]): Promise<number> {
  const child = spawn(program, [root, ...args], { stdio: 'inherit' });
  // Both get a Ctrl-C from the terminal; the desktop says when it ends.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.once('error', reject);
  child.once('exit', (code) => resolve(code ?? 1));
  return await promise;
}
