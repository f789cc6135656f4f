// `npm start`: the desktop where Electron's binary and a screen are there, else the browser shell. Downloads nothing.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasDisplay } from '../headless/open-browser.ts';
import { buildPagesIfNeeded, loadShell } from './build.ts';
import { root } from './stages.ts';

const say = (text: string) => void process.stderr.write(`${text}\n`);

// Never `import 'electron'`: without its binary it begins to download one.
function findDesktop(): { program: string } | { missing: string } {
  const folder = join(root, 'node_modules/electron');
  const pathFile = join(folder, 'path.txt');
  if (!existsSync(pathFile)) return { missing: 'Electron’s binary is not installed' };
  const program = join(folder, 'dist', readFileSync(pathFile, 'utf8').trim());
  if (!existsSync(program)) return { missing: 'Electron’s binary is not installed' };
  if (!existsSync(join(root, 'out/main/index.js'))) return { missing: 'the desktop has not been built' };
  if (!hasDisplay(process)) return { missing: 'there is no display' };
  return { program };
}

const args = process.argv.slice(2);
await buildPagesIfNeeded();
const desktop = findDesktop();
if ('program' in desktop) {
  say('Starting the desktop.');
  const child = spawn(desktop.program, [root, ...args], { stdio: 'inherit' });
  // Both get a Ctrl-C from the terminal; the desktop says when it ends.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('exit', (code) => (process.exitCode = code ?? 1));
} else {
  say(`Serving Nimdeck to the browser, since ${desktop.missing}.`);
  const { runHeadless } = await loadShell();
  process.exitCode = await runHeadless(args);
}
