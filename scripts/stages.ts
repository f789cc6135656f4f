import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** Runs a program with our output; answers its exit code (1 when a signal ended it). */
export async function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<number> {
  const child = spawn(program, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.once('error', reject);
  child.once('close', (code) => resolve(code ?? 1));
  return await promise;
}

/** Runs a program and answers its exit code and all that it printed, for those that run side by side. */
export async function runAside(program: string, args: readonly string[]): Promise<{ code: number; printed: string }> {
  const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (printed += text));
  }
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.once('error', reject);
  child.once('close', (code) => resolve(code ?? 1));
  return { code: await promise, printed };
}

const times: { stage: string; seconds: number }[] = [];

/** Names a part of a run, prints its seconds at its end and again in `printTimes`. */
export async function stage<T>(name: string, work: () => Promise<T>): Promise<T> {
  console.log(`\n== ${name}`);
  const begin = performance.now();
  try {
    return await work();
  } finally {
    const seconds = (performance.now() - begin) / 1000;
    times.push({ stage: name, seconds });
    console.log(`== ${name}: ${seconds.toFixed(1)} s`);
  }
}

export function printTimes(): void {
  console.log('\nseconds by stage');
  for (const { stage: name, seconds } of times) console.log(`${seconds.toFixed(1).padStart(7)}  ${name}`);
}
