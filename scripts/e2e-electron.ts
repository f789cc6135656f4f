// `npm run e2e:electron`: the desktop's stories in the real Electron, where its binary is; elsewhere it says so.
import { hasDisplay } from '../headless/open-browser.ts';
import { buildDesktopIfNeeded } from './build.ts';
import { findElectron } from './electron-binary.ts';
import { run } from './stages.ts';

const electron = findElectron();
const missing = 'missing' in electron ? electron.missing : hasDisplay(process) ? null : 'there is no display';
if (missing === null) {
  await buildDesktopIfNeeded();
  const args = ['test', '--project=desktop', '--project=desktop-engine', ...process.argv.slice(2)];
  process.exitCode = await run('playwright', args, { NIMDECK_ELECTRON: '1' });
} else {
  process.stdout.write(
    `Nothing was run in Electron: ${missing}. docs/electron-untested.md says what that leaves open.\n`,
  );
}
