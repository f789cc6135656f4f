// `npm run serve`: the browser shell from this checkout. What is built already starts from here; all else is TypeScript.
import './require-node.mjs';
import { pathToFileURL } from 'node:url';
import { isFresh, pages, shell } from './fresh.mjs';

const args = process.argv.slice(2);
if (!args.includes('--dev') && isFresh(shell) && isFresh(pages)) {
  const { runHeadless } = await import(pathToFileURL(shell.built).href);
  process.exitCode = await runHeadless(args);
} else {
  await import('./serve.ts');
}
