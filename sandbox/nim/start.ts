import { access, constants } from 'node:fs/promises';
import { downloadModel } from './download.ts';
import type { NimConfig } from './config.ts';
import {
  printCacheNotWritable,
  printCacheTooSmall,
  printKeyRefused,
  printMemoryTaken,
  printNoProfileFits,
  printOutOfMemory,
  printProfileUnknown,
} from './failure-log.ts';
import { engineCore, type ContainerLog } from './log.ts';
import { describeSystem, selectProfile } from './profiles.ts';
import {
  allocateCache,
  captureGraphs,
  compile,
  loadEngine,
  loadWeights,
  printBanner,
  printSelection,
  printShard,
  printSummary,
  startServing,
  type Wait,
} from './startup-log.ts';

/** Why a model did not get its share of a GPU. */
export interface MemoryShortage {
  totalMiB: number;
  freeMiB: number;
  neededMiB: number;
}

export interface Surroundings {
  /** Opens the proxy's port. */
  listen: () => Promise<void>;
  takeMemory: () => MemoryShortage | null;
  readonly cacheFolder: string | null;
}

/** One start, phase by phase. The exit code of a start that failed, else null. */
export async function start(
  config: NimConfig,
  log: ContainerLog,
  wait: Wait,
  { listen, takeMemory, cacheFolder }: Surroundings,
): Promise<number | null> {
  printBanner(config, log);
  await wait(config.seconds.entrypoint);
  await listen();

  if (config.needsGpu && config.gpuCount === 0) {
    printNoProfileFits(log, describeSystem(config));
    return 1;
  }
  const profile = selectProfile(config);
  if (profile === null) {
    printProfileUnknown(log, config.wantedProfile ?? '');
    return 1;
  }
  await wait(config.seconds.profile);
  printSelection(log, profile);
  if (config.failure === 'bad-key') {
    // About 11 s after the start, as reported for a super-120b image.
    await wait(6 / config.speed);
    printKeyRefused(log);
    return 0;
  }
  if (cacheFolder !== null && !(await isWritableOrAbsent(cacheFolder))) {
    printCacheNotWritable(log);
    return 1;
  }
  await downloadModel(config, log, wait, cacheFolder);
  printSummary(config, log, profile, config.port);
  await loadEngine(config, log, wait);
  const shortage = takeMemory();
  if (shortage !== null) {
    // A GPU that is too small as such is seen when a profile is chosen; one that is in use only by the engine.
    if (shortage.totalMiB < shortage.neededMiB) printNoProfileFits(log, describeSystem(config));
    else printMemoryTaken(log, shortage);
    return 1;
  }

  if (config.failure === 'stays-502' || config.failure === 'oom') {
    printShard(log, 0, config.seconds.weights);
    if (config.failure === 'stays-502') return await Promise.withResolvers<never>().promise;
    await wait(config.seconds.weights / 2);
    log.err(`${engineCore}\n`);
    printOutOfMemory(log);
    return 1;
  }
  await loadWeights(config, log, wait);
  await compile(config, log, wait);
  if (config.failure === 'kv-cache-too-small') {
    printCacheTooSmall(config, log);
    return 1;
  }
  await allocateCache(config, log, wait);
  await captureGraphs(config, log, wait);
  await startServing(config, log, wait);
  return null;
}

async function isWritableOrAbsent(path: string): Promise<boolean> {
  try {
    await access(path, constants.W_OK);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT';
  }
}
