import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync, readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

export const runProgram = promisify(execFile);

interface Process {
  pid: number;
  parent: number;
  commandLine: string;
}

function readProcess(pid: number): Process | null {
  try {
    // The name in parentheses may itself hold spaces and parentheses (proc(5)).
    const [state, parent] = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    if (state === 'Z') return null;
    return { pid, parent: Number(parent), commandLine: readFileSync(`/proc/${pid}/cmdline`, 'utf8') };
  } catch {
    // It ended between the listing and the reading.
    return null;
  }
}

/** Every process with that folder in its command line, and all their children: what runs in containers has no mark. */
function processesOf(folder: string): Process[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readProcess(Number(name)))
    .filter((process) => process !== null);
  const found = new Set(all.filter(({ commandLine }) => commandLine.includes(`${folder}/`)));
  const pids = new Set([...found].map(({ pid }) => pid));
  for (let before = -1; before !== found.size;) {
    before = found.size;
    for (const process of all) {
      if (!pids.has(process.parent) || pids.has(process.pid)) continue;
      found.add(process);
      pids.add(process.pid);
    }
  }
  return [...found].filter(({ pid }) => pid !== globalThis.process.pid);
}

export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Ends all processes of a folder for good; resolves when they are gone. */
export async function killProcessesOf(folder: string): Promise<void> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const left = processesOf(folder);
    if (left.length === 0) return;
    if (Date.now() > deadline)
      throw new Error(`still running: ${left.map(({ commandLine }) => commandLine).join('; ')}`);
    for (const { pid } of left) sendSignal(pid, 'SIGKILL');
    await delay(20);
  }
}

export interface Daemon {
  readonly pid: number;
  /** Settles when it has ended, never rejects. */
  readonly ended: Promise<void>;
  hasEnded(): boolean;
  logFile: string;
}

/** Starts a program that goes on in the background, in a group of its own: Ctrl-C in a terminal is not meant for it. */
export async function startDaemon(
  file: string,
  args: readonly string[],
  options: { logFile: string; env: Record<string, string>; signal: AbortSignal },
): Promise<Daemon> {
  options.signal.throwIfAborted();
  const log = openSync(options.logFile, 'a');
  let child: ChildProcess;
  try {
    child = spawn(file, args, { detached: true, stdio: ['ignore', log, log], env: options.env });
  } finally {
    closeSync(log);
  }
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  child.unref();
  return {
    pid: child.pid ?? 0,
    ended,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    logFile: options.logFile,
  };
}

/** Asks every 25 ms until it answers true; a daemon that ended meanwhile is a failure with its last words. */
export async function waitUntil(
  what: string,
  daemon: Daemon,
  signal: AbortSignal,
  isReady: () => Promise<boolean>,
): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await isReady())) {
    const words = () => readFileSync(daemon.logFile, 'utf8').trim().split('\n').at(-1) ?? '';
    if (daemon.hasEnded()) throw new Error(`${what} ended while starting: ${words()}`);
    if (Date.now() > deadline) throw new Error(`${what} did not start within a minute: ${words()}`);
    await delay(25, undefined, { signal });
  }
}
