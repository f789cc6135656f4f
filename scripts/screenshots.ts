// Looks at every page in every state: pictures into screenshots/ (not committed), and what axe and the page's policy say.
// `node scripts/screenshots.ts [PART OF A NAME]`; ends with 1 when anything was found.
import { AxeBuilder } from '@axe-core/playwright';
import { chromium, type Page } from '@playwright/test';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { existsSync, mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { loadPages, securityHeaders } from '../headless/pages.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const pictures = join(root, 'screenshots');
const built = join(root, 'out/preview');

interface Shot {
  name: string;
  state: string;
  address: string;
  width?: number;
  height?: number;
  /** Brings the page into the state that is to be seen. */
  act?: (page: Page) => Promise<void>;
}

/** As renderer/testing/fake-data.ts makes it. */
const idOf = (name: string) => Buffer.from(name).toString('hex').padEnd(64, '0').slice(0, 64);
const nim = idOf('llama-3.1-8b-instruct');
const exited = idOf('nemotron-nano-9b');
const conversation = `#/chat/${encodeURIComponent('conversation-How does paged attention work?')}`;

const openTray = async (page: Page) => page.getByRole('button', { name: /job/i }).last().click();

const shots: Shot[] = [
  { name: 'models', state: 'many', address: '#/models' },
  { name: 'models-narrow', state: 'many', address: '#/models', width: 900, height: 700 },
  { name: 'models-no-engine', state: 'no-engine', address: '#/models' },
  { name: 'models-slow', state: 'slow', address: '#/models' },
  { name: 'models-failing', state: 'failing', address: '#/models' },
  {
    name: 'models-installed',
    state: 'many',
    address: '#/models',
    act: async (page) => page.getByRole('checkbox', { name: 'On this machine' }).click(),
  },
  {
    name: 'models-run',
    state: 'many',
    address: '#/models',
    act: async (page) => {
      await page.getByRole('button', { name: /^Run / }).first().click();
      await page.getByRole('radio', { name: /Only these/ }).click();
      await page.getByRole('button', { name: 'More options' }).click();
    },
  },
  {
    name: 'models-select',
    state: 'many',
    address: '#/models',
    act: async (page) => page.getByRole('combobox', { name: 'Kind' }).click(),
  },
  { name: 'running', state: 'many', address: '#/running' },
  { name: 'running-narrow', state: 'many', address: '#/running', width: 900, height: 700 },
  { name: 'running-empty', state: 'empty', address: '#/running' },
  { name: 'running-no-engine', state: 'no-engine', address: '#/running' },
  { name: 'running-reconnecting', state: 'reconnecting', address: '#/running' },
  { name: 'running-tray', state: 'many', address: '#/running', act: openTray },
  {
    name: 'running-remove',
    state: 'many',
    address: '#/running',
    act: async (page) => {
      await page.getByRole('button', { name: 'More actions for llama-3.1-8b-instruct' }).click();
      await page.getByRole('menuitem', { name: /Remove/ }).click();
    },
  },
  { name: 'nim', state: 'many', address: `#/running/${nim}/overview` },
  { name: 'nim-exited', state: 'many', address: `#/running/${exited}/overview`, width: 900, height: 700 },
  { name: 'log', state: 'many', address: `#/running/${nim}/log` },
  {
    name: 'log-search',
    state: 'many',
    address: `#/running/${nim}/log`,
    width: 900,
    height: 700,
    act: async (page) => {
      await page.getByRole('searchbox').fill('aborted');
      await page.getByText('0 of 2').waitFor();
      await page.getByRole('searchbox').press('Enter');
      await page.getByText('1 of 2').waitFor();
      await page.locator('mark').first().waitFor();
    },
  },
  { name: 'chat', state: 'many', address: conversation },
  { name: 'chat-narrow', state: 'many', address: conversation, width: 900, height: 700 },
  { name: 'chat-zoomed', state: 'many', address: conversation, width: 700, height: 450 },
  { name: 'chat-new', state: 'many', address: '#/chat' },
  { name: 'chat-empty', state: 'empty', address: '#/chat' },
  {
    name: 'chat-streaming',
    state: 'streaming',
    address: conversation,
    act: async (page) => page.getByText('The idea').first().waitFor(),
  },
  { name: 'settings', state: 'many', address: '#/settings' },
  { name: 'settings-empty', state: 'empty', address: '#/settings', width: 900, height: 700 },
  { name: 'settings-failing', state: 'failing', address: '#/settings' },
  { name: 'refused', state: 'refused', address: '#/models' },
];

const wanted = process.argv[2] ?? '';

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
    cssTarget: ['chrome130', 'firefox130', 'safari18'],
    rolldownOptions: {
      input: { index: join(root, 'renderer/index.html'), preview: join(root, 'renderer/preview.html') },
    },
  },
});

const servePage = loadPages(built);
const server = createServer((request, response) => {
  // The same policy as in the browser shell: what it forbids must not be needed by any page.
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

let found = 0;
const report = (text: string) => {
  found += 1;
  console.log(text);
};
try {
  for (const theme of ['light', 'dark'] as const) {
    for (const shot of shots) {
      const name = `${shot.name}-${theme}`;
      if (!name.includes(wanted)) continue;
      const context = await browser.newContext({
        viewport: { width: shot.width ?? 1600, height: shot.height ?? 950 },
        colorScheme: theme,
        reducedMotion: 'reduce',
      });
      const page = await context.newPage();
      page.on('pageerror', (error) => report(`${name}: ${error.message}`));
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') report(`${name}: ${message.text()}`);
      });
      await page.goto(`http://127.0.0.1:${port}/preview.html?state=${shot.state}&theme=${theme}${shot.address}`);
      await page.locator('main').waitFor();
      await page.evaluate('document.fonts.ready.then(() => null)');
      if (shot.act === undefined) await page.waitForTimeout(250);
      else await shot.act(page);
      await page.waitForTimeout(250);
      await page.screenshot({ path: join(pictures, `${name}.png`) });
      const isTooLarge = await page.evaluate<boolean>(
        'document.documentElement.scrollWidth > innerWidth || document.documentElement.scrollHeight > innerHeight',
      );
      if (isTooLarge) report(`${name}: larger than the window`);
      const { violations } = await new AxeBuilder({ page }).analyze();
      for (const violation of violations) {
        report(`${name}: axe ${violation.id}: ${violation.help}`);
        for (const node of violation.nodes.slice(0, 3))
          console.log(`    ${node.target.join(' ')}\n    ${node.failureSummary?.replaceAll('\n', ' ') ?? ''}`);
      }
      await context.close();
    }
  }
} finally {
  await browser.close();
  server.close();
}
console.log(`screenshots: ${found} findings, pictures in ${pictures}`);
process.exitCode = found === 0 ? 0 : 1;
