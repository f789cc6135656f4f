// The process of the desktop: loads the built main with this folder's `electron` in place of the real one.
import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';

const standin = new URL('electron.ts', import.meta.url).href;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: standin, shortCircuit: true } : next(specifier, context),
});
// As in Electron: the program, then what it was told.
const [, main = ''] = process.argv.splice(1, 2);
await import(pathToFileURL(main).href);
