import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import { onTestFinished } from 'vitest';
import { type EngineOptions, startEngine } from './engine.ts';
import { type ImageRecipe, nimImage } from './image.ts';
import { fakeMachine, shellImage } from './testing.ts';

export const key = 'nvapi-right';
export const nim = { ...nimImage({ reference: 'nvcr.io/nim/example/small-8b-instruct:2.0.6' }), needsKey: true };
export const other = { ...nimImage({ reference: 'nvcr.io/nim/example/other-8b-instruct:2.0.6' }), needsKey: true };
/** Several layers, large enough for lines about their bytes. */
export const pack: ImageRecipe = {
  ...shellImage,
  reference: 'registry.example:5000/test/pack:1',
  layers: [1_000, 20_000_000, 16_000_000, 18_000_000, 12_000_000],
};

/** An engine of the test's own, closed after it. */
export async function start(options: Partial<EngineOptions> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'engine-'));
  const socket = join(folder, 'docker.sock');
  const machine = fakeMachine();
  const engine = await startEngine({
    socket,
    store: 'overlay2',
    machine,
    images: [shellImage, nim, other, pack],
    isKeyRight: (given) => given === key,
    pace: { bytesPerSecond: 100e6, speed: 300 },
    ...options,
  });
  const docker = new Docker({ socketPath: socket });
  onTestFinished(async () => {
    await engine.close();
    await rm(folder, { recursive: true });
  });
  return { engine, docker, machine, socket };
}

export type Line = Record<string, unknown> & {
  status?: string;
  id?: string;
  error?: string;
  progressDetail?: { current?: number; total?: number };
};

export async function* lines(docker: Docker, { reference }: ImageRecipe, given?: string): AsyncGenerator<Line> {
  const authconfig = { username: '$oauthtoken', password: given ?? '', serveraddress: 'nvcr.io' };
  const stream = await docker.pull(reference, given === undefined ? {} : { authconfig });
  let rest = '';
  for await (const chunk of stream) {
    const parts = (rest + String(chunk)).split('\r\n');
    rest = parts.pop() ?? '';
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what it says is what the tests are about
    for (const part of parts) yield JSON.parse(part) as Line;
  }
}

export async function allLines(docker: Docker, recipe: ImageRecipe, given?: string): Promise<Line[]> {
  return await Array.fromAsync(lines(docker, recipe, given));
}

/** Leaves in the middle, as a cancelled pull does. */
export async function cancelAt(docker: Docker, recipe: ImageRecipe, isThen: (line: Line) => boolean): Promise<void> {
  for await (const line of lines(docker, recipe)) if (isThen(line)) return;
  throw new Error('The pull ended before it could be cancelled.');
}
