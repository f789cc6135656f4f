import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

// electron-vite asks the electron package for this; that package is not installed, since it downloads a binary.
process.env['ELECTRON_MAJOR_VER'] ??= '45';

export default defineConfig({
  renderer: {
    root: 'renderer',
    plugins: [react(), tailwindcss()],
    // Relative addresses: the same files are served from a folder of the browser shell and from the desktop's own scheme.
    base: './',
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
