import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findFreePort } from '../core/testing/free-port.ts';
import { jobDone, type Prepared } from './bench.ts';
import { type Chrome, startChrome, type Tab } from './chrome.ts';
import { smallImage, startPracticeMachine } from './practice-machine.ts';
import { connectTo, createScratch, type Shell, startShell } from './shell.ts';

const nims = 3;

/**
 * Until then V8 compiles what runs every few seconds, and makes its memory smaller once; what stands there for hours is what
 * comes after.
 */
const shellSettlesMs = 300_000;
const pageSettlesMs = 60_000;
const spanMs = 120_000;

/**
 * What Nimdeck takes while nobody does anything: processor time of the shell and of the page's processes, and memory. Of the
 * browser only what the page needs: the one that runs its scripts, and the one that draws.
 */
export async function idleMeasure(isSmoke: boolean): Promise<Prepared> {
  const scratch = createScratch();
  const parts = new AsyncDisposableStack();
  parts.defer(() => scratch[Symbol.dispose]());
  const machine = parts.use(await startPracticeMachine(scratch.folder));
  const port = await findFreePort();
  const shell = parts.use(await startShell({ port, dataFolder: join(scratch.folder, 'data'), env: machine.env }));
  await runNims(shell);
  const settled = delay(isSmoke ? 500 : shellSettlesMs);
  const chrome = parts.use(await startChrome(join(scratch.folder, 'profile')));
  const world: World = { shell, chrome, tab: await chrome.newTab(), other: await chrome.newTab(), isSmoke };
  const addresses: Record<Side, string> = {
    ours: shell.address,
    comparator: new URL('/empty', shell.address).href,
  };
  const taken = new Map<string, Promise<Taken>>();
  /** Each page is looked at once, and every figure is of that time. */
  const take = (side: Side, state: PageState) => {
    const key = `${side}, ${state}`;
    const found = taken.get(key) ?? settled.then(() => takeOne(world, addresses[side], state));
    taken.set(key, found);
    return found;
  };
  const measure = (name: string, state: PageState, figure: (taken: Taken) => number, unit: string) => ({
    name: `${name}, ${state}, ${nims} NIMs run`,
    against: 'an empty page of the same server',
    unit,
    ours: async () => figure(await take('ours', state)),
    comparator: async () => figure(await take('comparator', state)),
  });
  const cpu = 'ms of processor time a second';
  const states: PageState[] = ['shown', 'hidden'];

  return {
    rounds: 1,
    warmUps: 0,
    measures: [
      ...states.flatMap((state) => [
        measure('idle', state, (each) => each.shellCpu + each.pageCpu, cpu),
        measure('shell alone', state, (each) => each.shellCpu, cpu),
        measure('page alone', state, (each) => each.pageCpu, cpu),
      ]),
      measure('memory', 'shown', (each) => each.memoryMiB, 'MiB'),
    ],
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

type Side = 'ours' | 'comparator';
type PageState = 'shown' | 'hidden';

interface World {
  shell: Shell;
  chrome: Chrome;
  tab: Tab;
  other: Tab;
  isSmoke: boolean;
}

/** Of a span without anything to do. Processor time in ms a second. */
interface Taken {
  shellCpu: number;
  pageCpu: number;
  memoryMiB: number;
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

async function takeOne(world: World, address: string, state: PageState): Promise<Taken> {
  const { shell, chrome, isSmoke } = world;
  const renderer = await show(world, address, state);
  await delay(isSmoke ? 500 : pageSettlesMs);
  const pageProcesses = async () =>
    (await chrome.processes()).filter(({ pid, type }) => pid === renderer || type === 'GPU');
  const spentBy = async () => ({
    at: performance.now(),
    shell: shellCpuMs(shell),
    page: (await pageProcesses()).reduce((total, { cpuMs }) => total + cpuMs, 0),
  });
  const before = await spentBy();
  await delay(isSmoke ? 1_000 : spanMs);
  const after = await spentBy();
  const seconds = (after.at - before.at) / 1000;
  const pids = [shell.process.pid, ...(await pageProcesses()).map(({ pid }) => pid)];
  return {
    shellCpu: (after.shell - before.shell) / seconds,
    pageCpu: (after.page - before.page) / seconds,
    memoryMiB: pids.reduce<number>((total, pid) => total + proportionalMiB(pid), 0),
  };
}

/** @returns the process that runs the page's scripts */
async function show({ tab, other }: World, address: string, state: PageState): Promise<number> {
  await tab.open('about:blank');
  await tab.bringToFront();
  await tab.open(address);
  const renderer = await tab.findProcess();
  if (state === 'hidden') await other.bringToFront();
  const isHidden = await tab.evaluate('document.hidden');
  if (isHidden !== (state === 'hidden')) throw new Error(`The page is not ${state}.`);
  return renderer;
}

/** Of the shell and all that it started, ended (nvidia-smi) or not (what starts nvidia-smi). In clock ticks, 100 a second (proc(5)). */
function shellCpuMs({ process: { pid } }: Shell): number {
  const tree = readdirSync('/proc').flatMap((entry) => readProcess(Number(entry)) ?? []);
  const own = new Set([pid]);
  for (let known = 0; known < own.size;) {
    known = own.size;
    for (const each of tree) if (own.has(each.parent)) own.add(each.pid);
  }
  return tree.reduce((total, each) => total + (own.has(each.pid) ? each.cpuMs : 0), 0);
}

/** @returns with those that it waited for; null for what is no process, or none any more */
function readProcess(pid: number): { pid: number; parent: number; cpuMs: number } | null {
  if (!Number.isInteger(pid)) return null;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // ppid, and utime, stime, cutime, cstime: the 4th and the 14th to 17th of all, of which two were cut off.
    const cpuMs = fields.slice(11, 15).reduce((total, ticks) => total + Number(ticks) * 10, 0);
    return { pid, parent: Number(fields[1]), cpuMs };
  } catch {
    return null;
  }
}

/** What several processes share counts in parts. */
function proportionalMiB(pid: number | undefined): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  return Number(/^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1]) / 1024;
}
