import { spawn } from 'node:child_process';
import type { TestEngine } from '../core/testing/engine-host/host.ts';

/** Runs the engine's own `docker` client with its output thrown away; milliseconds from start to end. */
export async function timeDocker(engine: TestEngine, args: readonly string[]): Promise<number> {
  const begin = performance.now();
  const child = spawn(engine.dockerClient, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, DOCKER_HOST: engine.dockerHost },
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-2000)));
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.once('error', reject);
  child.once('close', resolve);
  const exitCode = await promise;
  if (exitCode !== 0) throw new Error(`docker ${args.join(' ')} ended with ${exitCode}: ${said}`);
  return performance.now() - begin;
}
