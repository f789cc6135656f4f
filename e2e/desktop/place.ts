import { join } from 'node:path';
import type { BrowserContext } from '@playwright/test';
import Docker from 'dockerode';
import { type SandboxEngine, startEngine } from '../../sandbox/engine/engine.ts';
import { createMachine } from '../../sandbox/machines/machine.ts';
import { freeImage } from '../../sandbox/practice/images.ts';
import { type Standin, type StandinOptions, startStandin } from '../electron-standin/standin.ts';
import { createWorld, type World } from '../shell.ts';

/** A data folder, and an engine that is the real one as far as the desktop knows: its real core talks to it. */
export interface DesktopPlace extends AsyncDisposable {
  world: World;
  engine: SandboxEngine;
  docker: Docker;
  /** Of a small NIM that needs no key. */
  nim: string;
  start(context: BrowserContext, options?: Partial<StandinOptions>): Promise<Standin>;
}

const nim = 'nvcr.io/nim/example/chat-8b:2.0.6';
const layers = [29_700_000, 220_000_000, 55_000_000];

export async function createDesktopPlace({ bytesPerSecond = 1e9 } = {}): Promise<DesktopPlace> {
  const world = createWorld({});
  const machine = await createMachine('rtx-4090', join(world.folder, 'machine'));
  const engine = await startEngine({
    socket: join(world.folder, 'engine.sock'),
    store: 'overlay2',
    machine,
    images: [freeImage(nim, layers)],
    isKeyRight: () => false,
    pace: { bytesPerSecond, speed: 200 },
  });
  world.env['DOCKER_HOST'] = engine.host;
  return {
    world,
    engine,
    docker: new Docker({ socketPath: engine.host.replace(/^unix:\/\//, '') }),
    nim,
    start: (context, options) => startStandin(context, { env: world.env, ...options }),
    async [Symbol.asyncDispose]() {
      await engine.close();
      await machine.close();
      world[Symbol.dispose]();
    },
  };
}
