import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from '@playwright/test';
import { loadPages, securityHeaders } from '../../headless/pages.ts';
import { buildExtraPages } from '../build-extra-pages.ts';
import { root } from '../stages.ts';

export interface Look {
  theme: 'light' | 'dark';
  isHighContrast?: boolean;
  /** Looked at with a finger: the pointer is coarse. */
  isTouch?: boolean;
  width: number;
  height: number;
}

export interface Preview {
  /** A page of the app on made-up data, until `close`. */
  open(state: string, address: string, look: Look, onProblem: (text: string) => void): Promise<OpenPage>;
  close(): Promise<void>;
}

export interface OpenPage {
  page: Page;
  close(): Promise<void>;
}

/** On a machine that does much else, a page takes many times as long to come. */
const longestMs = 120_000;

/**
 * Builds the preview, serves it under the policy of the browser shell, and starts a browser.
 * @param isBuilt what the last one built is served as it is
 */
export async function startPreview({ isBuilt = false }: { isBuilt?: boolean } = {}): Promise<Preview> {
  const built = isBuilt ? join(root, 'out/preview') : await buildExtraPages('preview', ['index', 'preview'], true);
  const servePage = loadPages(built);
  const server = createServer((request, response) => {
    // What the policy forbids must not be needed by any page.
    for (const [name, value] of Object.entries(securityHeaders(request.headers.host ?? '')))
      response.setHeader(name, value);
    servePage(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const executable = process.env['NIMDECK_CHROMIUM'] ?? '/usr/bin/chromium';
  const browser: Browser = await chromium.launch({
    ...(existsSync(executable) ? { executablePath: executable } : {}),
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  });
  const contexts = new Map<string, Promise<BrowserContext>>();
  /** One for pages that look alike: they share what the browser made of the scripts, and keep nothing for each other. */
  function contextOf(look: Look): Promise<BrowserContext> {
    const key = JSON.stringify(look);
    const made = contexts.get(key) ?? makeContext(look);
    contexts.set(key, made);
    return made;
  }
  async function makeContext(look: Look): Promise<BrowserContext> {
    const context = await browser.newContext({
      viewport: { width: look.width, height: look.height },
      colorScheme: look.theme,
      contrast: look.isHighContrast === true ? 'more' : 'no-preference',
      reducedMotion: 'reduce',
      ...(look.isTouch === true ? { hasTouch: true, isMobile: true } : {}),
    });
    context.setDefaultTimeout(longestMs);
    await context.addInitScript('localStorage.clear(); sessionStorage.clear();');
    return context;
  }
  return {
    async open(state, address, look, onProblem) {
      const context = await contextOf(look);
      const page = await context.newPage();
      page.on('pageerror', (error) => onProblem(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') onProblem(message.text());
      });
      const contrast = look.isHighContrast === true ? '&contrast=more' : '';
      await page.goto(`http://127.0.0.1:${port}/preview.html?state=${state}&theme=${look.theme}${contrast}${address}`);
      await page.locator('main').waitFor();
      await page.evaluate('document.fonts.ready.then(() => null)');
      return { page, close: () => page.close() };
    },
    async close() {
      await browser.close();
      server.close();
    },
  };
}

/** Run in the page, which knows what this file does not: resolves when it rests; one that never does is taken as it is. */
const rest = `new Promise((resolve) => {
  let timer = setTimeout(resolve, 300);
  new MutationObserver(() => {
    clearTimeout(timer);
    timer = setTimeout(resolve, 150);
  }).observe(document.body, { childList: true, subtree: true });
  setTimeout(resolve, 1500);
})`;

/** Waits until what streams has drawn its first state. */
export async function settle(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle');
  await page.evaluate(rest);
}
