import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { SandboxProcess, StartSandbox } from '../deps.ts';
import { programPath } from '../lib/shipped.ts';

/** Nothing of the user's surroundings but what a program needs to run at all: no key, no engine's address, no proxy. */
const passedOn = [
  'PATH',
  'HOME',
  'TMPDIR',
  'TEMP',
  'TMP',
  'SystemRoot',
  'LANG',
  'TZ',
  'NODE_OPTIONS',
  'NODE_COMPILE_CACHE',
];

/** How long it may take to end when it is asked to; then it is killed. */
const endWithinMs = 3_000;

type Environment = Readonly<Record<string, string | undefined>>;

export const sandboxEnvironment = (env: Environment): Record<string, string | undefined> =>
  Object.fromEntries(passedOn.map((name) => [name, env[name]]));

/** Starts the practice tree with the Node that runs this. Its standard input ends with this process, and it ends with that. */
export function spawnSandbox(env: Environment): StartSandbox {
  return (options) => {
    const child = spawn(process.execPath, [programPath('sandbox/start'), options], {
      env: sandboxEnvironment(env),
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
    // One that has ended does not read: what it is told then is for nobody.
    child.stdin.on('error', () => {});
    return followSandbox({
      stdout: child.stdout,
      stderr: child.stderr,
      onEnd(listener) {
        child.once('error', (error) => listener(error.message));
        child.once('close', (code, signal) => listener(signal ?? `exit code ${code}`));
      },
      end: () => void child.stdin.end(),
      kill: () => void child.kill('SIGKILL'),
    });
  };
}

/** However a shell starts a program. */
interface Started {
  stdout: Readable;
  stderr: Readable;
  onEnd(listener: (reason: string) => void): void;
  /** Asks it to end. */
  end(): void;
  kill(): void;
}

export function followSandbox(child: Started): SandboxProcess {
  const announced = Promise.withResolvers<string>();
  const ended = Promise.withResolvers<void>();
  let printed = '';
  let complaint = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
    const end = printed.indexOf('\n');
    if (end !== -1) announced.resolve(printed.slice(0, end));
  });
  // The end of it says why it ended.
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint = (complaint + text).slice(-2_000)));
  child.onEnd((reason) => {
    announced.reject(new Error(`The stand-ins ended (${reason}). ${complaint.trim()}`.trim()));
    ended.resolve();
  });
  return {
    announced: announced.promise,
    ended: ended.promise,
    async stop() {
      child.end();
      const timer = setTimeout(() => child.kill(), endWithinMs);
      await ended.promise;
      clearTimeout(timer);
    },
  };
}
