import Docker from 'dockerode';
import { test } from '@playwright/test';
import { type RegistryGate, type RegistryGateOptions, startRegistryGate } from '../core/testing/sandbox.ts';
import { type TestEngine, type TestEngineName, type TestHost, testHost } from '../core/testing/engine-host/host.ts';
import { createWorld, type World } from './shell.ts';

export const rightKey = `nvapi-${'r1ght'.repeat(12)}`;
export const wrongKey = `nvapi-${'wr0ng'.repeat(12)}`;

export const allEngines: readonly TestEngineName[] = ['overlay2-20.10', 'overlay2-26.1', 'containerd-26.1'];

/** For stories in which every engine does the same. */
export const oneEngine: readonly TestEngineName[] = ['overlay2-26.1'];
/** For stories in which only the kind of the image store makes a difference. */
export const eachStore: readonly TestEngineName[] = ['overlay2-26.1', 'containerd-26.1'];

/** The same stories on each engine; without a host they are skipped, and counted. */
export function onEngines(
  define: (engine: TestEngine, host: TestHost) => void,
  names: readonly TestEngineName[],
): void {
  const host = testHost();
  for (const name of names) {
    const engine = host?.engines.find((candidate) => candidate.name === name);
    test.describe(name, { tag: '@engine' }, () => {
      if (host === null || engine === undefined)
        test.skip('needs the test engines, for a story of theirs alone', () => {});
      else define(engine, host);
    });
  }
}

/** One test's own surroundings: a gate in front of the registry, a data folder, and the references to use. */
export interface Place extends AsyncDisposable {
  world: World;
  gate: RegistryGate;
  engine: TestEngine;
  docker: Docker;
  /** Of the NIM stand-in, through the gate; private: it needs the right key. */
  nim: string;
  small: string;
}

export interface PlaceOptions extends Partial<RegistryGateOptions> {
  /** The NIM's layers are on the engine already, by another name: a pull then takes a moment, for stories about other things. */
  hasLayers?: boolean;
}

export async function createPlace(
  engine: TestEngine,
  host: TestHost,
  { hasLayers = false, ...options }: PlaceOptions = {},
): Promise<Place> {
  const repository = host.images.nim.replace(/:[^:/]+$/, '');
  const gate = await startRegistryGate({
    upstream: `http://${host.registry}`,
    keys: [rightKey],
    repositories: { [repository]: 'private' },
    ...options,
  });
  const world = createWorld({ DOCKER_HOST: engine.dockerHost, NIMDECK_NGC_REGISTRY: gate.registry });
  const docker = new Docker({ socketPath: engine.socketPath });
  await removeAll(docker, hasLayers ? [gate.registry] : [gate.registry, host.registry]);
  if (hasLayers) await pullDirectly(docker, `${host.registry}/${host.images.nim}`);
  return {
    world,
    gate,
    engine,
    docker,
    nim: `${gate.registry}/${host.images.nim}`,
    small: `${gate.registry}/${host.images.small}`,
    async [Symbol.asyncDispose]() {
      await removeAll(docker, [gate.registry]);
      await gate.stop();
      world[Symbol.dispose]();
    },
  };
}

/** From the registry itself, past every gate. */
async function pullDirectly(docker: Docker, reference: string): Promise<void> {
  const stream = await docker.pull(reference);
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(stream, (error) => (error === null ? resolve() : reject(error)));
  });
}

/** All NIMs (a test that was cut off may have left one), and the images of these registries. */
async function removeAll(docker: Docker, registries: readonly string[]): Promise<void> {
  const containers = await docker.listContainers({ all: true, filters: { label: ['io.nimdeck.managed'] } });
  for (const { Id: id } of containers) await docker.getContainer(id).remove({ force: true, v: true });
  for (const { RepoTags: tags } of await docker.listImages()) {
    for (const tag of tags ?? []) {
      const isOurs = registries.some((registry) => tag.startsWith(`${registry}/`));
      if (isOurs) await docker.getImage(tag).remove({ force: true });
    }
  }
}
