import { join } from 'node:path';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { build } from 'vite';
import { earlyFrames } from './early-frames.ts';
import { oneFontFormat } from './one-font-format.ts';
import { root } from './stages.ts';

/**
 * Builds pages that are no part of the app but are made of its parts, into a folder of `out/`.
 * @param names of their HTML files in renderer/
 * @param isForDevelopers with what only developers see
 */
export async function buildExtraPages(
  folder: string,
  names: readonly string[],
  isForDevelopers: boolean,
): Promise<string> {
  const outDir = join(root, 'out', folder);
  await build({
    root: join(root, 'renderer'),
    configFile: false,
    logLevel: 'warn',
    base: './',
    define: isForDevelopers ? { 'import.meta.env.DEV': 'true' } : {},
    plugins: [react(), tailwindcss(), earlyFrames(), oneFontFormat()],
    worker: { format: 'es' },
    build: {
      outDir,
      emptyOutDir: true,
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 2000,
      modulePreload: { polyfill: false },
      target: 'es2023',
      cssTarget: ['chrome130', 'firefox130', 'safari18'],
      rolldownOptions: { input: Object.fromEntries(names.map((name) => [name, join(root, `renderer/${name}.html`)])) },
    },
  });
  return outDir;
}
