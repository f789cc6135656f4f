import { join } from 'node:path';
import type { Disk } from '../../shared/contract/disks.ts';
import type { Api } from '../../shared/contract/index.ts';
import type { CoreDeps } from '../deps.ts';
import type { EngineService } from '../engine/service.ts';
import type { SettingsService } from '../settings/service.ts';
import { freeSpace } from './free-space.ts';

export interface DisksService {
  api: Api['disks'];
}

/** A pull of the fastest lines fills some GB in this time: soon enough for a page, rarely enough for a laptop. */
const usualIntervalMs = 30_000;

export function createDisksService(
  deps: Pick<CoreDeps, 'home' | 'platform' | 'practice'>,
  engine: Pick<EngineService, 'state' | 'onChange'>,
  settings: Pick<SettingsService, 'get'>,
  intervalMs = usualIntervalMs,
): DisksService {
  async function read(): Promise<Disk[]> {
    const { rootDirectory, isLocal, kind, status } = engine.state();
    // Docker Desktop's lies in its virtual machine, a remote engine's on another one, and a stand-in has no disk at all.
    const isOnDisk = kind !== 'docker-desktop' && !deps.practice.isPractice;
    const isHere = status === 'connected' && isLocal === true && isOnDisk && deps.platform === 'linux';
    const models = settings.get().cacheFolder ?? join(deps.home, '.cache', 'nim');
    const found = await Promise.all([
      isHere && rootDirectory !== null ? freeSpace('images', rootDirectory) : null,
      freeSpace('models', models),
    ]);
    return found.filter((each) => each !== null);
  }

  /** Until it is time to look again, the engine came or went, or nobody looks any more. */
  function untilDue(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        stop();
        signal?.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, intervalMs);
      const stop = engine.onChange(end);
      signal?.addEventListener('abort', end, { once: true });
      if (signal?.aborted) end();
    });
  }

  return {
    api: {
      async *watch(_input, { signal } = {}) {
        while (!signal?.aborted) {
          yield await read();
          await untilDue(signal);
        }
      },
    },
  };
}
