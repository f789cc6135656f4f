import { createServer } from 'node:net';
import { join } from 'node:path';
import { chromium, type BrowserContext } from '@playwright/test';
import { findFreePort } from '../core/testing/free-port.ts';
import { startOneNimEngine } from '../core/testing/one-nim-engine.ts';
import type { Prepared } from './bench.ts';
import { createScratch, startShell } from './shell.ts';

const now = () => performance.timeOrigin + performance.now();

/** From the spawn of the shell to a click on the rail that is answered and drawn, in a browser that runs already. */
export async function startMeasure(isSmoke: boolean): Promise<Prepared> {
  const scratch = createScratch();
  const engine = await startOneNimEngine({ pull: [], log: [], tokens: [] });
  const hanging = await startHangingEngine(join(scratch.folder, 'hangs.sock'));
  // With a profile, as a user's browser has one: what V8 made of the page's scripts is kept from one start to the next.
  const context = await chromium.launchPersistentContext(join(scratch.folder, 'profile'), {
    executablePath: process.env['NIMDECK_CHROMIUM'] ?? '/usr/bin/chromium',
  });
  // The same one each time, as a user's shell has it: the browser's caches go by the address.
  const port = await findFreePort();
  const options = { port, dataFolder: join(scratch.folder, 'data') };

  async function time(dockerHost: string, visit: (context: BrowserContext, address: string) => Promise<number>) {
    const begin = now();
    await using shell = await startShell({ ...options, env: { DOCKER_HOST: dockerHost } });
    return (await visit(context, shell.address)) - begin;
  }

  return {
    rounds: isSmoke ? 1 : 21,
    // The first start makes the data folder and fills the caches of disk and browser; V8 keeps its own from the second on.
    warmUps: 3,
    measures: [
      {
        name: 'start to an answered click',
        against: 'start to an empty page of the same server',
        ours: () => time(engine.dockerHost, clickRail),
        comparator: () => time(engine.dockerHost, openEmpty),
      },
      {
        name: 'start to an answered click, with an engine that hangs',
        against: 'the same with an engine that answers',
        ours: () => time(hanging.dockerHost, clickRail),
        comparator: () => time(engine.dockerHost, clickRail),
      },
    ],
    async [Symbol.asyncDispose]() {
      await context.close();
      await engine[Symbol.asyncDispose]();
      await hanging[Symbol.asyncDispose]();
      scratch[Symbol.dispose]();
    },
  };
}

async function clickRail(context: BrowserContext, address: string): Promise<number> {
  const page = await context.newPage();
  await page.addInitScript({ path: join(import.meta.dirname, 'click-rail.js') });
  const answered = Promise.withResolvers<number>();
  await page.exposeFunction('railAnswered', answered.resolve);
  await page.goto(address);
  const at = await answered.promise;
  // As a user's page lives on: what V8 made of the app's scripts is kept only once they have run.
  await page.locator('main[aria-busy]').waitFor({ state: 'detached' });
  await page.close();
  return at;
}

/** What is not there is answered with a line of text: no script, no style, no connection. */
async function openEmpty(context: BrowserContext, address: string): Promise<number> {
  const page = await context.newPage();
  await page.goto(new URL('/empty', address).href);
  const at = now();
  await page.close();
  return at;
}

/** Takes every connection and never says a word. */
async function startHangingEngine(path: string): Promise<{ dockerHost: string } & AsyncDisposable> {
  const server = createServer();
  const sockets = new Set<{ destroy(): void }>();
  server.on('connection', (socket) => sockets.add(socket.on('error', () => {})));
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    dockerHost: `unix://${path}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
