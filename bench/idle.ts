import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { jobDone, type Prepared } from './bench.ts';
import { type Chrome, startChrome, type Tab } from './chrome.ts';
import { smallImage, startPracticeMachine } from './practice-machine.ts';
import { connectTo, createScratch, findFreePort, type Shell, startShell } from './shell.ts';

const nims = 3;

/** What Nimdeck takes while nobody does anything: processor time of the shell and of the page's processes, and memory. */
export async function idleMeasure(isSmoke: boolean): Promise<Prepared> {
  const scratch = createScratch();
  const parts = new AsyncDisposableStack();
  parts.defer(() => scratch[Symbol.dispose]());
  const machine = parts.use(await startPracticeMachine(scratch.folder));
  const port = await findFreePort();
  const shell = parts.use(await startShell({ port, dataFolder: join(scratch.folder, 'data'), env: machine.env }));
  await runNims(shell);
  const chrome = parts.use(await startChrome(join(scratch.folder, 'profile')));
  const world: World = { shell, chrome, tab: await chrome.newTab(), other: await chrome.newTab(), isSmoke };
  const empty = new URL('/empty', shell.address).href;
  const measure = (name: string, state: PageState, take: (world: World) => Promise<number>, unit: string) => ({
    name: `${name}, ${state}, ${nims} NIMs run`,
    against: 'an empty page of the same server',
    unit,
    ours: async () => {
      await show(world, shell.address, state);
      return await take(world);
    },
    comparator: async () => {
      await show(world, empty, state);
      return await take(world);
    },
  });

  return {
    rounds: 1,
    warmUps: 0,
    measures: [
      measure('idle', 'shown', takeCpu, 'ms of processor time a second'),
      measure('idle', 'hidden', takeCpu, 'ms of processor time a second'),
      measure('memory', 'shown', takeMemory, 'MiB'),
    ],
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

type PageState = 'shown' | 'hidden';

interface World {
  shell: Shell;
  chrome: Chrome;
  tab: Tab;
  other: Tab;
  isSmoke: boolean;
}

async function runNims(shell: Shell): Promise<void> {
  const { api, close } = await connectTo(shell.address);
  for await (const { status } of api.engine.watch({})) if (status === 'connected') break;
  for (let index = 0; index < nims; index += 1) {
    const { jobId } = await api.nims.deploy({
      reference: smallImage,
      name: `idle-${index}`,
      gpus: { kind: 'all' },
      port: null,
      profile: null,
      allowAnyOrigin: false,
      environment: [],
    });
    await jobDone(api, jobId);
  }
  close();
}

async function show({ tab, other }: World, address: string, state: PageState): Promise<void> {
  await tab.open('about:blank');
  await tab.bringToFront();
  await tab.open(address);
  if (state === 'hidden') await other.bringToFront();
  const isHidden = await tab.evaluate('document.hidden');
  if (isHidden !== (state === 'hidden')) throw new Error(`The page is not ${state}.`);
}

/** A page that was just opened is busy for a while, and is not what stands there for hours. */
const settleMs = 10_000;
const spanMs = 120_000;

async function takeCpu(world: World): Promise<number> {
  await delay(world.isSmoke ? 500 : settleMs);
  const before = await cpuMs(world);
  const begin = performance.now();
  await delay(world.isSmoke ? 1_000 : spanMs);
  const spent = (await cpuMs(world)) - before;
  return (spent * 1000) / (performance.now() - begin);
}

async function cpuMs({ shell, chrome }: World): Promise<number> {
  return (await chrome.pageProcesses()).cpuMs + shellCpuMs(shell);
}

/** Of the shell and of the programs that it ran and that have ended (nvidia-smi). In clock ticks, 100 a second (proc(5)). */
function shellCpuMs({ process: { pid } }: Shell): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // utime, stime, cutime, cstime: the 14th to 17th of all, of which two were cut off.
  return fields.slice(11, 15).reduce((total, ticks) => total + Number(ticks) * 10, 0);
}

async function takeMemory({ shell, chrome, isSmoke }: World): Promise<number> {
  await delay(isSmoke ? 500 : settleMs);
  const { pids } = await chrome.pageProcesses();
  return [shell.process.pid, ...pids].reduce<number>((total, pid) => total + proportionalMiB(pid), 0);
}

/** What several processes share counts in parts. */
function proportionalMiB(pid: number | undefined): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  return Number(/^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1]) / 1024;
}
