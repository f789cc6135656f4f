import { spawn } from 'node:child_process';
import type { SandboxProcess, StartSandbox } from '../deps.ts';
import { programPath } from '../lib/shipped.ts';

/** Nothing of the user's surroundings but what a program needs to run at all: no key, no engine's address, no proxy. */
const passedOn = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'LANG', 'TZ', 'NODE_OPTIONS'];

/** How long it may take to end when it is asked to; then it is killed. */
const endWithinMs = 3_000;

/** Starts the practice tree with the Node that runs this. Its standard input ends with this process, and it ends with that. */
export function spawnSandbox(env: Readonly<Record<string, string | undefined>>): StartSandbox {
  const chosen = Object.fromEntries(passedOn.map((name) => [name, env[name]]));
  return (options) => {
    const child = spawn(process.execPath, [programPath('sandbox/start'), options], {
      env: chosen,
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
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
    // One that has ended does not read: what it is told then is for nobody.
    child.stdin.on('error', () => {});
    const end = (reason: string) => {
      announced.reject(new Error(`The stand-ins ended (${reason}). ${complaint.trim()}`.trim()));
      ended.resolve();
    };
    child.once('error', (error) => end(error.message));
    child.once('close', (code, signal) => end(signal ?? `exit code ${code}`));
    return {
      announced: announced.promise,
      ended: ended.promise,
      async stop() {
        child.stdin.end();
        const timer = setTimeout(() => child.kill('SIGKILL'), endWithinMs);
        await ended.promise;
        clearTimeout(timer);
      },
    } satisfies SandboxProcess;
  };
}
