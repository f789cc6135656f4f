import type * as Electron from 'electron';
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Emitter } from './emitter.ts';
import { record } from './link.ts';

const parentPort = fileURLToPath(new URL('parent-port.ts', import.meta.url));

/** A Node process in place of Electron's: its standard input is nothing, and `process.parentPort` is there. */
class StandinUtilityProcess
  extends Emitter
  implements Pick<Electron.UtilityProcess, 'pid' | 'stdout' | 'stderr' | 'postMessage' | 'kill'>
{
  readonly #child: ChildProcess;

  constructor(child: ChildProcess) {
    super();
    this.#child = child;
    child.on('message', (message) => this.tell('message', message));
    child.on('exit', (code) => this.tell('exit', code ?? 1));
  }
  get pid() {
    return this.#child.pid;
  }
  get stdout() {
    return this.#child.stdout;
  }
  get stderr() {
    return this.#child.stderr;
  }
  postMessage(message: unknown): void {
    if (this.#child.connected) this.#child.send(message as object);
  }
  kill(): boolean {
    return this.#child.kill('SIGTERM');
  }
}

export const utilityProcess = {
  fork(file: string, args: string[] = [], options: Electron.ForkOptions = {}) {
    record('utilityProcess.fork', file, args);
    const child = fork(file, args, {
      env: options.env as NodeJS.ProcessEnv,
      execArgv: ['--import', parentPort],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    // Electron ends them with itself.
    process.on('exit', () => child.kill('SIGKILL'));
    return new StandinUtilityProcess(child);
  },
};
