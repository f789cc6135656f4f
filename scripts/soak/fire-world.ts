import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { type RunningEngine, startEngine } from '../../core/testing/engine-host/engine.ts';
import type { TestEngineName } from '../../core/testing/engine-host/host.ts';
import { addSoakImages, type SoakImages } from '../../core/testing/engine-host/images.ts';
import { dockerOf, pull } from '../../core/testing/engine-host/kit.ts';
import { takeSlot } from '../../core/testing/engine-host/place.ts';
import { runProgram } from '../../core/testing/engine-host/processes.ts';
import { RegistryStorage, startRegistry } from '../../core/testing/engine-host/registry.ts';
import { whatIsMissing } from '../../core/testing/engine-host/requirements.ts';
import { type RegistryGate, startRegistryGate } from '../../core/testing/sandbox.ts';
import { type KillableCore, startKillableCore } from './killable-core.ts';

/** One engine that may be killed, a registry behind a gate, and a core on a small disk of its own. */
export interface FireWorld {
  engine: RunningEngine;
  /** A client beside core's. */
  docker: Docker;
  gate: RegistryGate;
  images: SoakImages;
  /** As the engine pulls it. */
  reference(which: 'nim' | 'layers'): string;
  core: KillableCore;
  /** Leaves no byte free where core keeps its data. */
  fillDisk(): void;
  freeDisk(): void;
  close(): Promise<void>;
}

const diskMiB = 96;

export async function openFireWorld(name: TestEngineName): Promise<FireWorld> {
  const missing = await whatIsMissing();
  if (missing !== null) throw new Error(`This needs a test engine: ${missing}`);
  const slot = await takeSlot();
  const end = new AbortController();
  try {
    const disk = join(slot.folder, 'disk');
    const dataFolder = join(disk, 'data');
    const home = join(slot.dataFolder, 'home');
    for (const folder of [disk, home]) mkdirSync(folder, { recursive: true });
    await runProgram('mount', ['-t', 'tmpfs', '-o', `size=${diskMiB}m`, 'tmpfs', disk]);
    const storage = new RegistryStorage(join(slot.dataFolder, 'registry'));
    const [images, engine] = await Promise.all([addSoakImages(storage), startEngine(slot, 0, name, end.signal)]);
    const registry = await startRegistry(slot, storage, end.signal);
    const gate = await startRegistryGate({ upstream: `http://${registry}` });
    const reference = (which: 'nim' | 'layers') => `${gate.registry}/${images[which]}`;
    await pull(engine.engine, reference('nim'));
    const core = await startKillableCore(dataFolder, { HOME: home, DOCKER_HOST: engine.engine.dockerHost });
    const filler = join(disk, 'filler');
    return {
      engine,
      docker: dockerOf(engine.engine),
      gate,
      images,
      reference,
      core,
      fillDisk() {
        const { bavail, bsize } = statfsSync(disk);
        try {
          writeFileSync(filler, Buffer.alloc(bavail * bsize));
        } catch (error) {
          // Core wrote meanwhile: as full as it gets.
          if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
        }
      },
      freeDisk: () => rmSync(filler, { force: true }),
      async close() {
        await core.close();
        await gate.stop();
        end.abort();
        await slot.free();
      },
    };
  } catch (error) {
    end.abort();
    await slot.free();
    throw error;
  }
}
