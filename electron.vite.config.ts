import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import { earlyFrames } from './scripts/early-frames.ts';
import { oneFontFormat } from './scripts/one-font-format.ts';
import { foundAtRunTime, leaveOutUnused, programEntries } from './scripts/package/node-bundle.ts';

export default defineConfig({
  main: {
    plugins: [leaveOutUnused()],
    build: {
      outDir: 'out/main',
      emptyOutDir: true,
      // Everything is bundled, so that no package has a node_modules.
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: 'electron/main.ts', ...programEntries },
        external: ['electron', ...foundAtRunTime],
        // In one folder: see [Note: where bundles lie].
        output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      emptyOutDir: true,
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: 'electron/preload.ts' },
        external: ['electron'],
        // A preload script in a sandbox is one file and no module.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'renderer',
    plugins: [react(), tailwindcss(), earlyFrames(), oneFontFormat()],
    // Relative addresses: the same files are served from a folder of the browser shell and from the desktop's own scheme.
    base: './',
    // A worker loads the languages of code one by one, as a page does.
    worker: { format: 'es' },
    build: {
      outDir: 'out/renderer',
      emptyOutDir: true,
      target: 'es2023',
      // light-dark() and @layer must reach the page unchanged; older engines are no target.
      cssTarget: ['chrome130', 'firefox130', 'safari18'],
      minify: true,
      // The page's policy has no `data:` for scripts, and one rule is easier to keep: nothing is inlined.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: { input: 'renderer/index.html' },
    },
  },
});
