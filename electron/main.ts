import { app, dialog } from 'electron';
import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { dataFolderOf } from '../core/data-folder.ts';
import { readDesktopArguments } from '../core/shell/arguments.ts';
import { shellWords as words } from '../core/shell/words.ts';
import { registerScheme } from './app-protocol.ts';
import { type OpenAgain, startDesktop } from './desktop.ts';
import { lockAllPages } from './security.ts';

// SECURITY: before anything can be loaded: every page in a sandbox, and none that opens or goes where it wants.
app.enableSandbox();
lockAllPages();
registerScheme();
app.setName(words.appName);
// Windows shows notifications for the program that its installer has entered under this name (electron-builder.yml).
app.setAppUserModelId('io.nimdeck.desktop');

const start = readDesktopArguments(process.argv.slice(1));
const { env, platform } = process;
const dataFolder =
  start.dataFolder === undefined ? dataFolderOf({ env, platform, home: homedir() }) : resolve(start.dataFolder);

/** Chromium's own files lie in the data folder, too: one desktop for each, and none of it left elsewhere. */
function useDataFolder(): 'ours' | 'taken' | 'unusable' {
  const profile = join(dataFolder, 'desktop');
  try {
    mkdirSync(profile, { recursive: true, mode: 0o700 });
  } catch (error) {
    dialog.showErrorBox(words.cannotStart, String(error));
    return 'unusable';
  }
  app.setPath('userData', profile);
  return app.requestSingleInstanceLock({ args: process.argv.slice(1) }) ? 'ours' : 'taken';
}

function whileOneRuns(): void {
  const opened = Promise.withResolvers<OpenAgain>();
  const again = (args: readonly string[]) => void opened.promise.then((open) => open(readDesktopArguments(args)));
  app.on('second-instance', (_event, argv, _folder, data) => again(argumentsOf(data) ?? argv.slice(1)));
  // macOS hands links over so, also the one that the app was started with.
  app.on('open-url', (event, url) => {
    event.preventDefault();
    again([url]);
  });
  if (app.isPackaged) app.setAsDefaultProtocolClient('nimdeck');
  const run = async () => {
    await app.whenReady();
    opened.resolve(await startDesktop(start, dataFolder));
  };
  run().catch((error: unknown) => {
    dialog.showErrorBox(words.cannotStart, error instanceof Error ? String(error.stack) : String(error));
    app.exit(1);
  });
}

/** What the other start has sent along; Chromium sorts its command line anew. */
function argumentsOf(data: unknown): string[] | null {
  if (typeof data !== 'object' || data === null || !('args' in data) || !Array.isArray(data.args)) return null;
  return data.args.filter((arg) => typeof arg === 'string');
}

const use = useDataFolder();
if (use === 'ours') whileOneRuns();
else app.exit(use === 'taken' ? 0 : 1);
