// `npm start` where Electron's binary is: the desktop, if there is a screen to show it on.
import { hasDisplay } from '../headless/open-browser.ts';
import { buildDesktopIfNeeded, buildPagesIfNeeded, loadShell } from './build.ts';
import { findElectron, runDesktop } from './electron-binary.ts';

const say = (text: string) => void process.stderr.write(`${text}\n`);

const args = process.argv.slice(2);
const electron = findElectron();
if ('program' in electron && hasDisplay(process)) {
  await buildDesktopIfNeeded();
  say('Starting the desktop.');
  process.exitCode = await runDesktop(electron.program, args);
} else {
  await buildPagesIfNeeded();
  const missing = 'missing' in electron ? electron.missing : 'there is no display';
  say(`Serving Nimdeck to the browser, since ${missing}.`);
  const { runHeadless } = await loadShell();
  process.exitCode = await runHeadless(args);
}
