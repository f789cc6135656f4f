import { PassThrough } from 'node:stream';
import type { StartSandbox } from '../deps.ts';
import { programPath } from '../lib/shipped.ts';
import { followSandbox, sandboxEnvironment } from '../practice/start-sandbox.ts';
import type { StartHelper } from '../secrets/key-store.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Of Electron's utility process, what is used here. */
export interface UtilityProcess {
  readonly pid: number | undefined;
  readonly stdout: NodeJS.ReadableStream | null;
  readonly stderr: NodeJS.ReadableStream | null;
  postMessage(message: unknown): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'exit', listener: (code: number) => void): unknown;
  /** SIGTERM where there is one. */
  kill(): boolean;
}

/** Starts a program of ours in a process that has Node in it; the app's own program has none. */
export type ForkUtility = (file: string, args: string[], env: Environment) => UtilityProcess;

/** The programs that core needs, for a shell that cannot fork Node. */
export function createUtilityPrograms(
  fork: ForkUtility,
  env: Environment,
): { startSandbox: StartSandbox; startHelper: StartHelper } {
  return {
    startSandbox(options) {
      const child = fork(programPath('sandbox/start'), [options], sandboxEnvironment(env));
      return followSandbox({
        stdout: readable(child.stdout),
        stderr: readable(child.stderr),
        onEnd: (listener) => void child.on('exit', (code) => listener(`exit code ${code}`)),
        end: () => void child.kill(),
        kill: () => killNow(child),
      });
    },
    startHelper(file, helperEnv) {
      const child = fork(file, [], helperEnv);
      return {
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a process has no origin
        send: (call) => child.postMessage(call),
        onMessage: (listener) => void child.on('message', listener),
        onExit: (listener) => void child.on('exit', () => listener()),
        kill: () => killNow(child),
      };
    },
  };
}

/** Electron types its streams by their oldest interface. */
function readable(stream: NodeJS.ReadableStream | null): PassThrough {
  const output = new PassThrough();
  stream?.pipe(output);
  return output;
}

/** A key store that hangs does not hear SIGTERM. */
function killNow(child: UtilityProcess): void {
  if (child.pid === undefined) return void child.kill();
  try {
    process.kill(child.pid, 'SIGKILL');
  } catch {
    // It has just ended.
  }
}
