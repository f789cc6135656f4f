import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** A folder for one test, and what every program of it is told. */
export interface World extends Disposable {
  folder: string;
  env: NodeJS.ProcessEnv;
}

export function createWorld(env: NodeJS.ProcessEnv): World {
  const folder = mkdtempSync(join(tmpdir(), 'nimdeck-e2e-'));
  return {
    folder,
    env: {
      ...process.env,
      HOME: join(folder, 'home'),
      NIMDECK_DATA: join(folder, 'data'),
      NIMDECK_SECRETS: 'file',
      ...env,
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export interface Running extends AsyncDisposable {
  child: ChildProcess;
  /** Everything it has printed so far. */
  printed(): string;
  /** Sends a signal and waits for the end; the exit code. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
  ended: Promise<number | null>;
}

export function runProgram(world: World, args: readonly string[], input?: string): Running {
  const child = spawn('node', args, { cwd: root, env: world.env, stdio: ['pipe', 'pipe', 'pipe'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  if (input !== undefined) child.stdin.write(input);
  child.stdin.end();
  const { promise: ended, resolve, reject } = Promise.withResolvers<number | null>();
  child.once('error', reject);
  child.once('close', resolve);
  const end = async (signal: NodeJS.Signals = 'SIGTERM') => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    return await ended;
  };
  return { child, ended, end, printed: () => text, [Symbol.asyncDispose]: async () => void (await end('SIGKILL')) };
}

export interface Browsable extends Running {
  /** With the token in its fragment. */
  address: string;
}

/** The browser shell as a program of its own, on a free port. */
export async function startBrowserShell(world: World): Promise<Browsable> {
  const running = runProgram(world, ['headless/main.ts', '--port', '0', '--no-open']);
  const found = Promise.withResolvers<string>();
  if (running.child.stdout === null) throw new Error('no standard output');
  createInterface({ input: running.child.stdout }).on('line', (line) => {
    const address = /https?:\/\/\S+#token=\S+/.exec(line)?.[0];
    if (address !== undefined) found.resolve(address);
  });
  void running.ended.then((code) => found.reject(new Error(`the browser shell ended (${code}): ${running.printed()}`)));
  return { ...running, address: await found.promise };
}

export interface Finished {
  exitCode: number | null;
  printed: string;
}

/** A command of the terminal, to its end. */
export async function nimdeck(world: World, args: readonly string[], input?: string): Promise<Finished> {
  await using running = runProgram(world, ['cli/nimdeck.ts', ...args], input);
  return { exitCode: await running.ended, printed: running.printed() };
}
