import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from '../shared/zod.ts';

const program = fileURLToPath(new URL('../sandbox/start.ts', import.meta.url));
const announcement = z.object({ dockerHost: z.string(), nvidiaSmi: z.tuple([z.string()]) });

/** A small NIM that needs no key and is pulled at once. */
export const smallImage = 'registry.example/nim/small:1.0.0';

export interface PracticeMachine extends AsyncDisposable {
  /** What a shell has to be told to find its engine and GPUs. */
  env: { DOCKER_HOST: string; PATH: string };
}

/**
 * Cards, an engine and NIMs that are stand-ins, in a process of their own, so that their work counts for nobody.
 * @param kind of `sandbox/machines`
 */
export async function startPracticeMachine(folder: string, kind = 'two-rtx-6000-ada'): Promise<PracticeMachine> {
  const options = {
    folder: join(folder, 'machine'),
    machine: kind,
    speed: 100,
    images: { [smallImage]: [1000] },
  };
  const child = spawn(process.execPath, [program, JSON.stringify(options)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('close', resolve));
  let printed = '';
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
    if (printed.includes('\n')) resolve(printed);
  });
  void ended.then(() => reject(new Error('The stand-ins ended.')));
  const { dockerHost, nvidiaSmi } = announcement.parse(JSON.parse(await promise));
  return {
    env: { DOCKER_HOST: dockerHost, PATH: `${dirname(nvidiaSmi[0])}:${process.env['PATH'] ?? ''}` },
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await ended;
    },
  };
}
