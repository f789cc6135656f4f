import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
  /** Waits until it has printed this; rejects when it ends before. */
  prints(pattern: RegExp): Promise<RegExpExecArray>;
  /** Sends a signal and waits for the end; the exit code. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
  ended: Promise<number | null>;
}

export function runProgram(world: World, args: readonly string[], input?: string): Running {
  const child = spawn('node', args, { cwd: root, env: world.env, stdio: ['pipe', 'pipe', 'pipe'] });
  let text = '';
  const onText = (chunk: string) => void (text += chunk);
  child.stdout.setEncoding('utf8').on('data', onText);
  child.stderr.setEncoding('utf8').on('data', onText);
  if (input !== undefined) child.stdin.write(input);
  child.stdin.end();
  const { promise: ended, resolve, reject } = Promise.withResolvers<number | null>();
  child.once('error', reject);
  child.once('close', resolve);
  const end = async (signal: NodeJS.Signals = 'SIGTERM') => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    return await ended;
  };
  const prints = (pattern: RegExp) => {
    const found = Promise.withResolvers<RegExpExecArray>();
    const look = () => {
      const match = pattern.exec(text);
      if (match !== null) found.resolve(match);
    };
    look();
    child.stdout.on('data', look);
    child.stderr.on('data', look);
    void ended.then((code) => found.reject(new Error(`ended (${code}) and never printed ${pattern}: ${text}`)));
    return found.promise;
  };
  return {
    child,
    ended,
    end,
    prints,
    printed: () => text,
    [Symbol.asyncDispose]: async () => void (await end('SIGKILL')),
  };
}

export interface Browsable extends Running {
  /** With the token in its fragment. */
  address: string;
}

/** The browser shell as a program of its own, on a free port. */
export async function startBrowserShell(world: World, flags: readonly string[] = []): Promise<Browsable> {
  const running = runProgram(world, ['scripts/serve.mjs', '--port', '0', '--no-open', ...flags]);
  const [address] = await running.prints(/https?:\/\/\S+#token=\S+(?=\s)/);
  return { ...running, address };
}

export interface Finished {
  exitCode: number | null;
  printed: string;
}

/** A command of the terminal, as it is handed out, while it runs. */
export function startNimdeck(world: World, args: readonly string[], input?: string): Running {
  return runProgram(world, ['out/cli/nimdeck.js', ...args], input);
}

/** A command of the terminal, to its end. */
export async function nimdeck(world: World, args: readonly string[], input?: string): Promise<Finished> {
  await using running = startNimdeck(world, args, input);
  return { exitCode: await running.ended, printed: running.printed() };
}
