// `npm start`: the desktop where Electron's binary is, else the browser shell. Downloads nothing.
import './require-node.mjs';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// Electron writes it when it has fetched its binary. Without it there is nothing to decide, and no TypeScript to read.
if (existsSync(fileURLToPath(new URL('../node_modules/electron/path.txt', import.meta.url)))) {
  await import('./start.ts');
} else {
  process.stderr.write(
    'Serving Nimdeck to the browser, since Electron’s binary is not installed (“npm run desktop” fetches it).\n',
  );
  await import('./serve.mjs');
}
