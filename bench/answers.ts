import { copyFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { chromium, type Browser, type CDPSession, type Page } from '@playwright/test';
import { loadBuiltPages, pageHeaders } from '../core/host/built-pages.ts';
import { buildExtraPages } from '../scripts/build-extra-pages.ts';
import { z } from '../shared/zod.ts';
import type { Prepared } from './bench.ts';
import type { Measure } from './measure.ts';

const columns = 4;
const tokensPerSecond = 200;

const measured = z.object({
  frames: z.array(z.number()),
  longTasks: z.array(z.number()),
  gaps: z.array(z.number()),
});
const metrics = z.object({ metrics: z.array(z.object({ name: z.string(), value: z.number() })) });

interface Run {
  slowFrames: number;
  longestTask: number;
  gap95: number;
  early: number;
  late: number;
}

/**
 * Four answers side by side, of headings, lists, tables, code and formulas, each 48 KB long at its end, drawn as they
 * come; beside the same texts as plain text in the same page. Chromium, the page's policy as the browser shell sends it.
 */
export async function answersMeasure(isSmoke: boolean): Promise<Prepared> {
  const seconds = isSmoke ? 3 : 60;
  const parts = new AsyncDisposableStack();
  const address = await serve(await buildExtraPages('answers', ['answers'], false), parts);
  const executablePath = process.env['NIMDECK_CHROMIUM'] ?? '/usr/bin/chromium';
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  parts.defer(() => browser.close());

  const sides = { ours: [] as Promise<Run>[], comparator: [] as Promise<Run>[] };
  /** All figures are of the same runs: the first one to ask for a run's figure makes it. */
  function taker(side: keyof typeof sides, take: (run: Run) => number): () => Promise<number> {
    let next = 0;
    return async () => {
      const runs = sides[side];
      runs[next] ??= write(
        browser,
        `${address}/answers.html?columns=${columns}&rate=${tokensPerSecond}&seconds=${seconds}&as=${side === 'ours' ? 'markdown' : 'plain'}`,
        seconds,
      );
      const run = await runs[next];
      next += 1;
      if (run === undefined) throw new Error('no run');
      return take(run);
    };
  }
  const measure = (name: string, unit: string, take: (run: Run) => number): Measure => ({
    name: `${columns} answers at ${tokensPerSecond} tokens/s for ${seconds} s: ${name}`,
    against: 'the same as plain text in the same page',
    unit,
    ours: taker('ours', take),
    comparator: taker('comparator', take),
  });

  return {
    rounds: 1,
    warmUps: 0,
    measures: [
      measure('frames over 20 ms', '% of frames', (run) => run.slowFrames),
      measure('longest task', 'ms, 50 where none is longer', (run) => run.longestTask),
      measure('between two changes of an answer, p95', 'ms', (run) => run.gap95),
      measure('processor time of the page’s thread, in the first quarter', 'ms a token', (run) => run.early),
      measure('processor time of the page’s thread, in the last sixth', 'ms a token', (run) => run.late),
      measure('the last sixth over the first quarter', '×', (run) => run.late / run.early),
    ],
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

async function serve(folder: string, parts: AsyncDisposableStack): Promise<string> {
  // The server of built pages asks for a first page.
  copyFileSync(join(folder, 'answers.html'), join(folder, 'index.html'));
  const pages = loadBuiltPages(folder);
  const server = createServer(({ url = '/' }, response) => {
    const page = pages.get(new URL(url, 'http://localhost').pathname);
    if (page === undefined) response.writeHead(404).end();
    else response.writeHead(200, { ...pageHeaders(), ...page.headers }).end(page.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  parts.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a server on a port has this kind of address
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}

async function write(browser: Browser, address: string, seconds: number): Promise<Run> {
  const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(error.message));
  await page.goto(address);
  await until(page, `typeof writeAnswers === 'function'`);
  // Somebody writes a prompt first.
  await delay(2_000);
  const session = await page.context().newCDPSession(page);
  // Processor time of the thread: what else runs on the machine does not count.
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const [written, cost] = await Promise.all([page.evaluate('writeAnswers()'), readCost(page, session, seconds)]);
  const { frames, longTasks, gaps } = measured.parse(written);
  await page.close();
  if (problems.length > 0) throw new Error(`The page complained: ${problems.slice(0, 3).join('; ')}`);
  return {
    slowFrames: (100 * frames.filter((ms) => ms > 20).length) / frames.length,
    longestTask: Math.max(50, ...longTasks),
    gap95: gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length * 0.95)] ?? 0,
    ...cost,
  };
}

/** Asked from outside: the page's policy forbids what waits inside for an expression. */
async function until(page: Page, expression: string): Promise<void> {
  while ((await page.evaluate(expression)) !== true) await delay(50);
}

/** Processor time of the page's main thread for each token of one answer, early and late; the very first ones load things. */
async function readCost(page: Page, session: CDPSession, seconds: number): Promise<{ early: number; late: number }> {
  const at = async (second: number) => {
    await until(page, `window.tokensSoFar >= ${Math.floor(second * tokensPerSecond)}`);
    const busy = metrics.parse(await session.send('Performance.getMetrics')).metrics;
    const tokens = z.number().parse(await page.evaluate('window.tokensSoFar'));
    return { tokens, ms: 1000 * (busy.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN) };
  };
  const marks = [await at(seconds / 12), await at(seconds / 4), await at((seconds * 5) / 6), await at(seconds * 0.98)];
  const between = (from: number, to: number) => {
    const [begin, end] = [marks[from], marks[to]];
    if (begin === undefined || end === undefined) throw new Error('no mark');
    return (end.ms - begin.ms) / Math.max(1, end.tokens - begin.tokens) / columns;
  };
  return { early: between(0, 1), late: between(2, 3) };
}
