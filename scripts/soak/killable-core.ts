import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { joinCore } from '../../core/host/joined-core.ts';
import type { CoreHandle } from '../../core/host/open-core.ts';
import { createTestDeps } from '../../core/testing/deps.ts';
import { type Api, contract } from '../../shared/contract/index.ts';
import { isAppError } from '../../shared/errors.ts';
import { connect } from '../../shared/rpc/connect.ts';
import { within } from './report.ts';

/** A core in a process of its own, and a connection to it as a later shell has it. Both may break and come back. */
export interface KillableCore {
  /** Waits where there is none just now. */
  api(): Promise<Api>;
  /** How often it was started. */
  lives(): number;
  /** With SIGKILL; when it was sent, by `performance.now()`. */
  kill(): Promise<number>;
  /** Starts it again and joins it; how long that took, in ms. */
  open(): Promise<number>;
  /** Cuts the connection and makes another one. */
  cut(): Promise<void>;
  /** What it said last, for each time that it ended by itself. */
  crashes(): readonly string[];
  close(): Promise<void>;
}

const openMs = 60_000;

export async function startKillableCore(dataFolder: string, env: Record<string, string>): Promise<KillableCore> {
  const deps = createTestDeps({ dataFolder });
  const crashes: string[] = [];
  let lives = 0;
  let child: ChildProcess | null = null;
  let handle: CoreHandle | null = null;
  let joined = Promise.withResolvers<Api>();
  let isEndWanted = false;

  async function spawnCore(): Promise<void> {
    const program = fileURLToPath(new URL('./fire-core.ts', import.meta.url));
    const own = spawn(process.execPath, [program, dataFolder], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'], NIMDECK_SECRETS: 'file', ...env },
    });
    child = own;
    isEndWanted = false;
    lives += 1;
    let words = '';
    own.stderr.setEncoding('utf8').on('data', (text: string) => (words = (words + text).slice(-2_000)));
    const ended = new Promise<false>((resolve) => {
      own.once('close', (code, signal) => {
        if (!isEndWanted) crashes.push(`ended with ${code ?? signal}: ${words}`);
        resolve(false);
      });
    });
    const opened = once(createInterface(own.stdout), 'line').then(() => true);
    if ((await within(openMs, Promise.race([opened, ended]))) !== true) throw new Error(`core did not open: ${words}`);
  }

  async function join(): Promise<void> {
    handle = await joinCore(deps, AbortSignal.timeout(openMs));
    if (handle === null) throw new Error('nobody answers in the data folder');
    joined.resolve(connect(await handle.newPort(), contract));
  }

  async function open(): Promise<number> {
    const begin = performance.now();
    await spawnCore();
    await join();
    return performance.now() - begin;
  }

  async function end(how: () => void): Promise<void> {
    isEndWanted = true;
    joined = Promise.withResolvers();
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'close');
    how();
    await ended;
    await handle?.close();
  }

  await open();
  return {
    api: () => joined.promise,
    lives: () => lives,
    async kill() {
      let at = 0;
      await end(() => {
        at = performance.now();
        child?.kill('SIGKILL');
      });
      return at;
    },
    open,
    async cut() {
      joined = Promise.withResolvers();
      await handle?.close();
      await join();
    },
    crashes: () => crashes,
    async close() {
      const ended = within(
        20_000,
        end(() => void child?.stdin?.end()).then(() => true),
      );
      if ((await ended) !== true) child?.kill('SIGKILL');
      await handle?.close();
      deps[Symbol.dispose]();
    },
  };
}

/** Watches for as long as the signal lets it, over every break of the connection. */
export async function keepWatching<T>(
  core: Pick<KillableCore, 'api'>,
  signal: AbortSignal,
  open: (api: Api) => AsyncIterable<T>,
  take: (item: T) => void,
): Promise<void> {
  while (!signal.aborted) {
    const api = await core.api();
    try {
      for await (const item of open(api)) take(item);
    } catch (error) {
      if (signal.aborted) return;
      if (!isAppError(error, 'DISCONNECTED')) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}
