import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from '../shared/zod.ts';
import { findFreePort } from '../core/testing/free-port.ts';
import type { Prepared } from './bench.ts';
import { startChrome, type Tab } from './chrome.ts';
import { startPracticeMachine } from './practice-machine.ts';
import { createScratch, type Shell, startShell } from './shell.ts';

/** A frame that a person sees as a stumble: more than one of 60 a second was missed. */
const slowMs = 20;
const gpus = 8;
const lanes = 56;

/**
 * The placement board with 8 GPUs and 56 slices while it is read every second: how smooth the page is, how often readings
 * really come, and what reading costs. The stand-in for nvidia-smi prints files, so its own processor time is the smallest
 * that any such program can have; a real driver's comes on top (gpu facts 1.11).
 */
export async function boardMeasure(isSmoke: boolean): Promise<Prepared> {
  const scratch = createScratch();
  const parts = new AsyncDisposableStack();
  parts.defer(() => scratch[Symbol.dispose]());
  const machine = parts.use(await startPracticeMachine(scratch.folder, 'eight-h100-mig-7'));
  const port = await findFreePort();
  const shell = parts.use(await startShell({ port, dataFolder: join(scratch.folder, 'data'), env: machine.env }));
  const chrome = parts.use(await startChrome(join(scratch.folder, 'profile')));
  const world: World = {
    shell,
    tab: await chrome.newTab(),
    spanMs: isSmoke ? 3_000 : 60_000,
    settleMs: isSmoke ? 500 : 10_000,
  };
  const board = withRoute(shell.address, '/hardware');
  const empty = new URL('/empty', shell.address).href;
  const what = `board of ${gpus} GPUs and ${lanes} slices, read every second`;
  const both = (name: string, unit: string, take: (world: World) => Promise<number>) => ({
    name: `${name}, ${what}`,
    against: 'an empty page of the same server',
    unit,
    ours: async () => {
      await show(world, shell.address, board);
      return await take(world);
    },
    comparator: async () => {
      await show(world, empty, null);
      return await take(world);
    },
  });
  return {
    rounds: 1,
    warmUps: 0,
    measures: [
      both(`frames over ${slowMs} ms`, '% of all', slowFrames),
      both('sampling and serving', 'ms of processor time a second', shellCost),
      {
        name: `one reading, ${what}`,
        against: 'the second that it has',
        unit: 'ms',
        ours: async () => {
          await show(world, shell.address, board);
          return await readingMs(world);
        },
        comparator: async () => 1_000,
      },
    ],
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

interface World {
  shell: Shell;
  tab: Tab;
  spanMs: number;
  settleMs: number;
}

/** The token stands in the fragment as well; the page takes it out and leaves the route. */
const withRoute = (address: string, route: string): string => `${new URL(address).origin}/#${route}`;

/** Chromium drops what it loads while the machine's networks change, as an engine's do: then the page is opened again. */
const tries = 3;

async function show({ tab, settleMs }: World, address: string, then: string | null): Promise<void> {
  let drawn: unknown = null;
  for (let attempt = 0; attempt < tries && drawn !== lanes; attempt += 1) {
    await tab.open('about:blank');
    await tab.bringToFront();
    await tab.open(address);
    if (then === null) break;
    await tab.evaluate(`location.hash = ${JSON.stringify(new URL(then).hash)}`);
    drawn = await tab.evaluate(untilLanes);
  }
  if (then !== null && drawn !== lanes) throw new Error(`The board shows ${String(drawn)} of ${lanes} slices.`);
  await delay(settleMs);
}

/** How many lanes are drawn: resolves once all are, or after half a minute. */
const untilLanes = `new Promise((done) => {
  const end = performance.now() + 30_000;
  const look = () => {
    const count = document.querySelectorAll('[role=tabpanel] li [role=meter]').length;
    if (count >= ${lanes} || performance.now() > end) done(count);
    else setTimeout(look, 100);
  };
  look();
})`;

/** The times between frames, as the page itself gets them. */
const frames = (spanMs: number) => `new Promise((done) => {
  const gaps = [];
  let last = performance.now();
  const end = last + ${spanMs};
  const step = (now) => {
    gaps.push(now - last);
    last = now;
    if (now < end) requestAnimationFrame(step);
    else done(gaps.slice(1));
  };
  requestAnimationFrame(step);
})`;

async function slowFrames({ tab, spanMs }: World): Promise<number> {
  const gaps = z.array(z.number()).parse(await tab.evaluate(frames(spanMs)));
  if (gaps.length === 0) throw new Error('No frame was drawn.');
  return (100 * gaps.filter((gap) => gap > slowMs).length) / gaps.length;
}

/** Of the shell and of every nvidia-smi that it ran, as the kernel counts them: 100 ticks a second (proc(5)). */
async function shellCost({ shell, spanMs }: World): Promise<number> {
  const before = cpuMs(shell);
  const begin = performance.now();
  await delay(spanMs);
  return ((cpuMs(shell) - before) * 1000) / (performance.now() - begin);
}

function cpuMs({ process: { pid } }: Shell): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // utime, stime, cutime, cstime: the 14th to 17th of all, of which two were cut off.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((total, ticks) => total + Number(ticks) * 10, 0);
}

/** As the page says it: the newest report's own time, the mean of a few. */
async function readingMs({ tab, spanMs }: World): Promise<number> {
  const read = `new Promise((done) => {
    const seen = [];
    const end = performance.now() + ${Math.min(spanMs, 10_000)};
    const look = () => {
      const text = document.querySelector('[role=tabpanel]')?.textContent ?? '';
      const found = /one reading takes ([0-9.]+) s/.exec(text);
      if (found !== null) seen.push(Number(found[1]) * 1000);
      if (performance.now() < end) setTimeout(look, 500);
      else done(seen);
    };
    look();
  })`;
  const seen = z.array(z.number()).parse(await tab.evaluate(read));
  if (seen.length === 0) throw new Error('The board does not say how long a reading takes.');
  return seen.reduce((all, one) => all + one, 0) / seen.length;
}
