// `npm run desktop`: the desktop, for which it fetches Electron's binary when that is not there. The one command that does.
import { join } from 'node:path';
import { buildDesktopIfNeeded } from './build.ts';
import { electronFolder, findElectron, runDesktop } from './electron-binary.ts';
import { run } from './stages.ts';

const say = (text: string) => void process.stderr.write(`${text}\n`);

if ('missing' in findElectron()) {
  say('Fetching Electron’s binary (about 120 MB), once …');
  await run(process.execPath, [join(electronFolder, 'install.js')]);
}
const electron = findElectron();
if ('missing' in electron) {
  say('Electron’s binary could not be fetched. “npm start” serves Nimdeck to the browser without it.');
  process.exitCode = 1;
} else {
  await buildDesktopIfNeeded();
  process.exitCode = await runDesktop(electron.program, process.argv.slice(2));
}
