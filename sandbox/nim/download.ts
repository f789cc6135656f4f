import { mkdir, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { NimConfig } from './config.ts';
import type { ContainerLog } from './log.ts';
import type { Wait } from './startup-log.ts';

const steps = 50;

/** Lets the cache grow as a download does; no line of the log says how far it is, as with real NIMs. */
export async function downloadModel(
  config: NimConfig,
  log: ContainerLog,
  wait: Wait,
  cacheFolder: string | null,
): Promise<void> {
  const bytes = cacheFolder === null ? 0 : config.downloadBytes;
  const seconds = config.seconds.download;
  const repository = `models--nim--${config.model.replaceAll('/', '--')}`;
  const folder = join(cacheFolder ?? config.cachePath, 'ngc/hub', repository, 'snapshots/fp8');
  const file = join(folder, 'model-00001-of-00002.safetensors');

  if (bytes === 0) {
    await wait(seconds);
  } else if ((await sizeOf(file)) === bytes) {
    log.nim(
      'INFO',
      'public.rs:52',
      `Skipping download, using cached copy of file: model-00001-of-00002.safetensors at path: "${file}"`,
    );
  } else {
    await mkdir(folder, { recursive: true });
    await using handle = await open(file, 'w');
    for (let step = 1; step <= steps; step += 1) {
      await wait(seconds / steps);
      const from = Math.floor((bytes * (step - 1)) / steps);
      await handle.write(Buffer.alloc(Math.floor((bytes * step) / steps) - from), 0, null, from);
    }
  }
  log.nim('INFO', 'nim_sdk.py:359', `Materializing workspace to: ${config.cachePath}/tmp/nim_sandbox`);
}

async function sizeOf(file: string): Promise<number | null> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
