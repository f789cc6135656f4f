import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Docker from 'dockerode';
import { describe } from 'vitest';
import { engineNames, type RunningEngine, startEngine } from './engine.ts';
import { missingReasonVariable, type TestEngine, type TestEngineName, testHost, type TestHost } from './host.ts';
import { takeSlot } from './place.ts';
import { runProgram } from './processes.ts';

/** The host of this run. Only for the inside of engine tests, which do not run without one. */
export function requireTestHost(): TestHost {
  const host = testHost();
  if (host === null) throw new Error('no test host: run engine tests through `npm test` or `vitest --project engine`');
  return host;
}

/** A client of the test's own, beside that of the code under test. */
export const dockerOf = (engine: TestEngine): Docker => new Docker({ socketPath: engine.socketPath });

/** `127.0.0.1:port/nim/…:tag`, as engines pull it. */
export const imageReference = (which: 'nim' | 'small'): string => {
  const { registry, images } = requireTestHost();
  return `${registry}/${images[which]}`;
};

const absentEngine = (name: TestEngineName): TestEngine => ({
  name,
  dockerHost: 'unix:///nonexistent/docker.sock',
  socketPath: '/nonexistent/docker.sock',
  dockerClient: '/nonexistent/docker',
  pid: 0,
  gpuIds: [],
});

/**
 * The same tests on each of the three engines. Without a host they are skipped and counted, and their name says why.
 * The engine is known while tests are collected, so it can stand in tables of cases.
 */
export function describeOnEngines(
  name: string,
  define: (engine: TestEngine) => void,
  only: readonly TestEngineName[] = engineNames,
): void {
  const host = testHost();
  const reason = process.env[missingReasonVariable] ?? 'no test host';
  for (const each of only) {
    const engine = host?.engines.find((candidate) => candidate.name === each);
    if (engine === undefined) describe.skip(`${name} (${each}; skipped: ${reason})`, () => define(absentEngine(each)));
    else describe(`${name} (${each})`, () => define(engine));
  }
}

function unlessAbsent(error: { statusCode?: number }): void {
  if (error.statusCode !== 404) throw error;
}

/**
 * Removes what a test made on a shared engine: containers (running or not) with their anonymous volumes, volumes and
 * networks by label (`key` or `key=value`), then images by reference.
 */
export async function cleanUp(engine: TestEngine, label: string, images: readonly string[] = []): Promise<void> {
  const docker = dockerOf(engine);
  const filters = { label: [label] };
  const containers = await docker.listContainers({ all: true, filters });
  await Promise.all(
    containers.map(({ Id }) => docker.getContainer(Id).remove({ force: true, v: true }).catch(unlessAbsent)),
  );
  const [{ Volumes: volumes }, networks] = await Promise.all([
    docker.listVolumes({ filters }),
    docker.listNetworks({ filters }),
  ]);
  await Promise.all((volumes ?? []).map(({ Name }) => docker.getVolume(Name).remove().catch(unlessAbsent)));
  await Promise.all(networks.map(({ Id }) => docker.getNetwork(Id).remove().catch(unlessAbsent)));
  for (const reference of images) await docker.getImage(reference).remove({ force: true }).catch(unlessAbsent);
}

/** Pulls an image as a test's preparation, and throws on an error inside the stream. */
export async function pull(engine: TestEngine, reference: string): Promise<void> {
  const stream = await dockerOf(engine).pull(reference);
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  const failed = text.split('\n').find((line) => line.includes('"errorDetail"'));
  if (failed !== undefined) throw new Error(`pull of ${reference}: ${failed}`);
}

/** The GPU ids that arrived in a container, by hook or by CDI, from the output of `env` in it. */
export function gpuIdsIn(environment: string): string[] {
  const values = new Map(
    environment.split('\n').map((line) => [line.split('=')[0] ?? '', line.slice(line.indexOf('=') + 1)]),
  );
  const byHook = values.get('NVIDIA_VISIBLE_DEVICES');
  if (byHook !== undefined && byHook !== 'void') return byHook.split(',').filter((id) => id !== '');
  return [...values].filter(([name]) => name.startsWith('CDI_')).map(([, id]) => id);
}

export type OwnEngine = RunningEngine & AsyncDisposable;

export interface OwnEngineOptions {
  /** Size of a disk of its own for images and containers, for tests of a full one. At least some 50 MB. */
  diskBytes?: number;
  /** It writes down everything that it does. */
  isDebug?: boolean;
}

async function mountDisk(folder: string, bytes: number): Promise<void> {
  const disk = `${folder}.img`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(disk, '');
  truncateSync(disk, bytes);
  await runProgram('mkfs.ext4', ['-q', '-F', disk]);
  await runProgram('mount', ['-o', 'loop', disk, folder]);
}

/**
 * An engine of the test's own that may be killed and started again, or run out of disk:
 * `await using own = await startOwnEngine('overlay2-26.1')`. Empty at first; the shared registry serves it as well.
 */
export async function startOwnEngine(name: TestEngineName, options: OwnEngineOptions = {}): Promise<OwnEngine> {
  const slot = await takeSlot();
  const end = new AbortController();
  const dispose = async (): Promise<void> => {
    end.abort();
    await slot.free();
  };
  try {
    if (options.diskBytes !== undefined) await mountDisk(join(slot.dataFolder, name), options.diskBytes);
    const running = await startEngine(slot, 0, name, end.signal, options);
    return { ...running, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** `startOwnEngine` for a test as a function. */
export async function withOwnEngine<T>(
  name: TestEngineName,
  test: (own: OwnEngine) => Promise<T>,
  options: OwnEngineOptions = {},
): Promise<T> {
  await using own = await startOwnEngine(name, options);
  return await test(own);
}
