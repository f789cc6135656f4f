import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { TestEngine, TestHost } from '../core/testing/engine-host/host.ts';
import type { Place, PlaceOptions } from './far-side.ts';
import { nimdeck, startBrowserShell, startNimdeck } from './shell.ts';
import { createPlace, rightKey, wrongKey } from './test-engines.ts';

/** Enough of the small image for both sides to be looked at, and not all of it. */
const stallAfterBytes = 700_000;

/** A real engine, with a registry that asks for keys. */
export async function createEnginePlace(
  engine: TestEngine,
  host: TestHost,
  { isFree = false, hasLayers = false, bytesPerSecond, stalls = false }: PlaceOptions = {},
): Promise<Place> {
  const place = await createPlace(engine, host, {
    hasLayers,
    ...(isFree ? { repositories: {} } : {}),
    behaviour: {
      ...(bytesPerSecond === undefined ? {} : { bytesPerSecond }),
      ...(stalls ? { stallAfterBytes } : {}),
    },
  });
  const { world, gate } = place;
  const detour = join(world.folder, 'docker.sock');
  return {
    ...place,
    rightKey,
    wrongKey,
    gpuIds: engine.gpuIds,
    line: {
      resume: () => gate.resume(),
      isStalled: async () => (await gate.state()).isStalled,
    },
    engineLine: {
      async cut() {
        world.env['DOCKER_HOST'] = `unix://${detour}`;
      },
      restore: async () => symlinkSync(engine.socketPath, detour),
      address: () => world.env['DOCKER_HOST'] ?? '',
    },
    startShell: () => startBrowserShell(world),
    startNimdeck: (args, input) => startNimdeck(world, args, input),
    nimdeck: (args, input) => nimdeck(world, args, input),
    [Symbol.asyncDispose]: () => place[Symbol.asyncDispose](),
  };
}
