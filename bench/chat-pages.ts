import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { chromium, type BrowserContext, type CDPSession, type Page } from '@playwright/test';
import { z } from '../shared/zod.ts';
import { findFreePort } from '../core/testing/free-port.ts';
import { heavyId, heavyMessages } from './chat-store.ts';
import type { Measure } from './measure.ts';
import { createScratch, startShell } from './shell.ts';

/** A frame that a person sees as a stumble: more than one of 60 a second was missed. */
const slowMs = 20;
/** A quick hand on a wheel. */
const pixelsPerSecond = 4_000;
/** What a page does when it has just been opened is not what is measured. */
const settle = ({ parts: { isSmoke } }: World) => delay(isSmoke ? 100 : 1_500);
/** As many as a chat opens with. */
const firstWindow = 30;

interface PageParts {
  /** With a store in it that is filled; a copy of it is used. */
  dataFolder: string;
  chats: number;
  heavyTokens: number;
  /** Of the long chat, in order. */
  texts: readonly string[];
  isSmoke: boolean;
}

interface World {
  page: Page;
  session: CDPSession;
  address: string;
  parts: PageParts;
}

interface Scrolled {
  slowFrames: number;
  longestTask: number;
  cpuMs: number;
}

/** What scrolls: a selector, and whether to the top of it or to its end. */
interface Scrollable {
  selector: string;
  isUp: boolean;
}

const messages: Scrollable = { selector: 'section[aria-label="Messages"]', isUp: true };
const list: Scrollable = { selector: 'aside div:has(> ul)', isUp: false };
const plain = (isUp: boolean): Scrollable => ({ selector: 'main', isUp });

/** The long chat and the list of all in the page, in Chromium without a card, beside their text in an empty page. */
export async function pageMeasures(parts: PageParts, stack: AsyncDisposableStack): Promise<Measure[]> {
  const scratch = createScratch();
  stack.defer(() => scratch[Symbol.dispose]());
  const dataFolder = join(scratch.folder, 'data');
  cpSync(parts.dataFolder, dataFolder, { recursive: true });
  const env = { DOCKER_HOST: `unix://${join(scratch.folder, 'nobody.sock')}` };
  const shell = stack.use(await startShell({ port: await findFreePort(), dataFolder, env }));
  // With a profile, as a user's browser has one: what V8 made of the page's scripts is kept.
  const context: BrowserContext = await chromium.launchPersistentContext(join(scratch.folder, 'profile'), {
    executablePath: process.env['NIMDECK_CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
    viewport: { width: 1280, height: 800 },
  });
  stack.defer(() => context.close());
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  // Processor time of the thread: what else runs on the machine does not count.
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const world: World = { page, session, address: shell.address, parts };
  const { chats, heavyTokens, texts } = parts;
  const titles = Array.from({ length: chats }, (_, index) => `Chat ${index}\nyesterday`);

  const heavy = `a chat of ${heavyTokens} tokens in the page`;
  const many = `a list of ${chats} chats in the page`;
  const scrolling = (name: string, ours: () => Promise<Scrolled>, comparator: () => Promise<Scrolled>): Measure[] => {
    const runs = { ours: [] as Promise<Scrolled>[], comparator: [] as Promise<Scrolled>[] };
    const figure = (what: string, unit: string, take: (run: Scrolled) => number): Measure => ({
      name: `${name}, scrolled: ${what}`,
      against: 'the same text as plain text in an empty page',
      unit,
      ours: taker(runs.ours, ours, take),
      comparator: taker(runs.comparator, comparator, take),
    });
    return [
      figure(`frames over ${slowMs} ms`, '% of frames', ({ slowFrames }) => slowFrames),
      figure('longest task', 'ms, 50 where none is longer', ({ longestTask }) => longestTask),
      figure('processor time of the page’s thread', 'ms a second', ({ cpuMs }) => cpuMs),
    ];
  };
  return [
    {
      name: `${heavy}: from a click in the list until its last message is painted`,
      against: `a click that puts the last ${firstWindow} messages into an empty page as plain text`,
      ours: () => openHeavy(world),
      comparator: () => openPlain(world, texts.slice(-firstWindow), true),
    },
    {
      name: `${many}: from a click on the rail until its chats are painted`,
      against: 'a click that puts as many titles into an empty page as plain text',
      ours: () => openList(world),
      comparator: () => openPlain(world, titles, false),
    },
    ...scrolling(
      heavy,
      async () => {
        await openHeavy(world);
        return await scroll(world, messages);
      },
      async () => {
        await openPlain(world, texts, true);
        return await scroll(world, plain(true));
      },
    ),
    ...scrolling(
      many,
      async () => {
        await openList(world);
        return await scroll(world, list);
      },
      async () => {
        await openPlain(world, titles, false);
        return await scroll(world, plain(false));
      },
    ),
  ];
}

/** The first figure to ask for a run makes it; the others are of the same one. */
function taker(
  runs: Promise<Scrolled>[],
  make: () => Promise<Scrolled>,
  take: (run: Scrolled) => number,
): () => Promise<number> {
  let next = 0;
  return async () => {
    runs[next] ??= make();
    const run = await runs[next];
    next += 1;
    if (run === undefined) throw new Error('no run');
    return take(run);
  };
}

const number = z.number();
const measured = z.object({ frames: z.array(z.number()), longTasks: z.array(z.number()), moved: z.number() });
const metrics = z.object({ metrics: z.array(z.object({ name: z.string(), value: z.number() })) });

/** A page that was never there, on its way to no chat: nothing of the long one is known. */
async function openApp({ page, address }: World, route: string): Promise<void> {
  await page.goto('about:blank');
  await page.goto(address);
  await page.evaluate(`location.hash = ${JSON.stringify(route)}`);
}

/** Clicks, and waits for the second frame after something is there: then it has been painted. In ms. */
async function clickUntil(page: Page, link: string, isThere: string): Promise<number> {
  return number.parse(
    await page.evaluate(`new Promise((done) => {
      const link = document.querySelector(${JSON.stringify(link)});
      const isThere = () => ${isThere};
      const begin = performance.now();
      link.click();
      const look = () => {
        if (!isThere()) return requestAnimationFrame(look);
        requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - begin)));
      };
      look();
    })`),
  );
}

async function openHeavy(world: World): Promise<number> {
  const { page } = world;
  await openApp(world, '#/chat');
  const link = `aside a[href="#/chat/${heavyId}"]`;
  await page.locator(link).waitFor();
  await settle(world);
  return await clickUntil(
    page,
    link,
    `(() => {
      const last = document.querySelector('li[aria-posinset="${heavyMessages}"]:has(footer)');
      return last !== null && last.getBoundingClientRect().bottom < innerHeight;
    })()`,
  );
}

async function openList(world: World): Promise<number> {
  const { page } = world;
  // The page of chats is loaded by then; a click on the rail shows it anew.
  await openApp(world, '#/chat');
  await page.locator('aside li a').first().waitFor();
  await page.evaluate('location.hash = "#/models"');
  await page.locator('aside li a').first().waitFor({ state: 'detached' });
  await settle(world);
  return await clickUntil(page, 'nav a[href="#/chat"]', `document.querySelectorAll('aside li a').length > 8`);
}

/** Texts below each other in an empty page of the same server, put there by a click. */
async function openPlain(world: World, texts: readonly string[], isAtEnd: boolean): Promise<number> {
  const { page, address } = world;
  await page.goto('about:blank');
  await page.goto(new URL('/empty', address).href);
  await page.evaluate(`{
    const texts = ${JSON.stringify(texts)};
    document.body.replaceChildren();
    const button = document.body.appendChild(document.createElement('button'));
    button.onclick = () => {
      const main = document.createElement('main');
      Object.assign(main.style, { position: 'fixed', inset: 0, overflowY: 'auto', font: '16px/24px sans-serif' });
      for (const text of texts) {
        const part = main.appendChild(document.createElement('div'));
        Object.assign(part.style, { margin: '0 auto 24px', maxWidth: '896px', whiteSpace: 'pre-wrap' });
        part.textContent = text;
      }
      document.body.append(main);
      if (${isAtEnd}) main.scrollTop = main.scrollHeight;
    };
  }`);
  await settle(world);
  return await clickUntil(page, 'button', `document.querySelector('main') !== null`);
}

/** Wheels over it for some seconds. */
async function scroll(world: World, what: Scrollable): Promise<Scrolled> {
  const {
    page,
    session,
    parts: { isSmoke },
  } = world;
  await settle(world);
  const seconds = isSmoke ? 0.3 : 5;
  const selector = JSON.stringify(what.selector);
  const box = await page.locator(what.selector).boundingBox();
  if (box === null) throw new Error(`There is no ${what.selector}.`);
  await page.evaluate(`{
    const frames = [];
    const longTasks = [];
    const scroller = document.querySelector(${selector});
    let last = performance.now();
    let moved = 0;
    let top = scroller.scrollTop;
    let isOver = false;
    const tasks = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) longTasks.push(duration);
    });
    tasks.observe({ type: 'longtask' });
    const frame = (now) => {
      frames.push(now - last);
      last = now;
      moved += Math.abs(scroller.scrollTop - top);
      top = scroller.scrollTop;
      if (!isOver) requestAnimationFrame(frame);
    };
    requestAnimationFrame((now) => {
      last = now;
      requestAnimationFrame(frame);
    });
    window.endScroll = () => {
      isOver = true;
      return { frames, longTasks, moved };
    };
  }`);
  const begin = performance.now();
  const before = await threadMs(session);
  await session.send('Input.synthesizeScrollGesture', {
    x: Math.round(box.x + box.width / 2),
    y: Math.round(box.y + box.height / 2),
    yDistance: (what.isUp ? 1 : -1) * seconds * pixelsPerSecond,
    speed: pixelsPerSecond,
    gestureSourceType: 'mouse',
    preventFling: true,
  });
  const spent = (await threadMs(session)) - before;
  const took = (performance.now() - begin) / 1_000;
  const { frames, longTasks, moved } = measured.parse(await page.evaluate('endScroll()'));
  if (frames.length === 0 || moved === 0) throw new Error(`Nothing of ${what.selector} was scrolled.`);
  return {
    slowFrames: (100 * frames.filter((ms) => ms > slowMs).length) / frames.length,
    longestTask: Math.max(50, ...longTasks),
    cpuMs: spent / took,
  };
}

async function threadMs(session: CDPSession): Promise<number> {
  const all = metrics.parse(await session.send('Performance.getMetrics')).metrics;
  return 1000 * (all.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN);
}
