import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { bareEnvironment } from './bare-environment.ts';
import type { TestDeps } from './deps.ts';

const program = fileURLToPath(new URL('../../cli/nimdeck.ts', import.meta.url));

export interface Terminal {
  child: ChildProcessWithoutNullStreams;
  /** All that it has printed so far. */
  printed: { stdout: string; stderr: string };
  /** With the last of its output. */
  exitCode: Promise<number | null>;
}

/** `nimdeck ARGS` in the folders of `deps`, on a machine without an engine unless `env` says otherwise. Ends with the test. */
export function startTerminal(deps: TestDeps, args: readonly string[], env: NodeJS.ProcessEnv = {}): Terminal {
  const child = spawn(process.execPath, [program, ...args], {
    env: {
      ...bareEnvironment(),
      HOME: deps.home,
      NIMDECK_DATA: deps.dataFolder,
      NIMDECK_SECRETS: 'file',
      DOCKER_HOST: 'unix:///nowhere/docker.sock',
      ...env,
    },
  });
  const printed = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => (printed[name] += text));
  const exitCode = new Promise<number | null>((resolve) => child.on('close', resolve));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exitCode;
  });
  return { child, printed, exitCode };
}
