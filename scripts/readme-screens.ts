// The pictures of the README: the preview on its made-up data, at one size. `node scripts/readme-screens.ts`
import { chromium, type Page } from '@playwright/test';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { loadPages, securityHeaders } from '../headless/pages.ts';
import { packPng } from './pack-png.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const pictures = join(root, 'docs/screens');
const built = join(root, 'out/readme');
/** More would make every clone slow. */
const maximumBytes = 250_000;

interface Screen {
  name: string;
  theme: 'light' | 'dark';
  address: string;
  act?: (page: Page) => Promise<void>;
}

/** As renderer/testing/fake-data.ts makes it. */
const idOf = (name: string) => Buffer.from(name).toString('hex').padEnd(64, '0').slice(0, 64);

const screens: Screen[] = [
  {
    name: 'models-dark',
    theme: 'dark',
    address: '#/models',
    act: async (page) => {
      await page.getByRole('button', { name: /job/i }).last().click();
      await page.getByRole('dialog', { name: 'Jobs' }).waitFor();
    },
  },
  { name: 'running-light', theme: 'light', address: '#/running' },
  {
    name: 'log-dark',
    theme: 'dark',
    address: `#/running/${idOf('llama-3.1-8b-instruct')}/log`,
    act: async (page) => {
      await page.getByRole('searchbox').fill('KV cache');
      await page.getByText(/^0 of /).waitFor();
      await page.getByRole('searchbox').press('Enter');
      await page.locator('mark').first().waitFor();
    },
  },
  {
    name: 'chat-light',
    theme: 'light',
    address: `#/chat/${encodeURIComponent('conversation-How does paged attention work?')}`,
    act: async (page) => {
      await page.getByRole('region', { name: 'Messages' }).hover();
      await page.mouse.wheel(0, -4000);
    },
  },
];

await build({
  root: join(root, 'renderer'),
  configFile: false,
  logLevel: 'warn',
  base: './',
  plugins: [react(), tailwindcss()],
  build: {
    outDir: built,
    emptyOutDir: true,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2000,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { index: join(root, 'renderer/index.html'), preview: join(root, 'renderer/preview.html') },
    },
  },
});

const servePage = loadPages(built);
const server = createServer((request, response) => {
  for (const [name, value] of Object.entries(securityHeaders(request.headers.host ?? '')))
    response.setHeader(name, value);
  servePage(request, response);
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address() as AddressInfo;
const executable = process.env['NIMDECK_CHROMIUM'] ?? '/usr/bin/chromium';
const browser = await chromium.launch({
  ...(existsSync(executable) ? { executablePath: executable } : {}),
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
});
mkdirSync(pictures, { recursive: true });
try {
  for (const { name, theme, address, act } of screens) {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      colorScheme: theme,
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    await page.goto(`http://127.0.0.1:${port}/preview.html?state=many&theme=${theme}${address}`);
    await page.locator('main').waitFor();
    await page.evaluate('document.fonts.ready.then(() => null)');
    // What streams draws its first state a moment after the frame.
    await page.waitForLoadState('networkidle');
    await act?.(page);
    await page.waitForTimeout(500);
    const picture = packPng(await page.screenshot());
    writeFileSync(join(pictures, `${name}.png`), picture);
    console.log(`${name}.png: ${Math.round(picture.length / 1000)} kB`);
    if (picture.length > maximumBytes) process.exitCode = 1;
    await context.close();
  }
} finally {
  await browser.close();
  server.close();
}
