import { resolveConfig } from 'electron-vite';
import { createServer as createViteServer } from 'vite';
import type { HeadlessOptions } from '../headless/main.ts';
import { root } from './stages.ts';

/** The pages from their sources, replaced in the page when they change; behind the same checks as the built ones. */
export const devPages: NonNullable<HeadlessOptions['pages']> = {
  async servePage(server) {
    const { config } = await resolveConfig({ root }, 'serve');
    const vite = await createViteServer({
      ...config?.renderer,
      configFile: false,
      // The tool looks for it from the pages' own folder while it serves, and from ours while it builds.
      build: { rolldownOptions: { input: 'index.html' } },
      appType: 'spa',
      clearScreen: false,
      server: { middlewareMode: true, hmr: { server } },
    });
    server.on('close', () => void vite.close());
    return (request, response) =>
      vite.middlewares(request, response, () => response.writeHead(404).end('There is nothing here.\n'));
  },
  // What the tool adds to the pages is inline; only here, never in what is built.
  headers: (host) => ({
    'Content-Security-Policy':
      `default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; ` +
      `connect-src 'self' ws://${host}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
  }),
  isForeignUpgrade: (request) => request.headers['sec-websocket-protocol']?.startsWith('vite-') ?? false,
};
