import { access, constants } from 'node:fs/promises';
import { downloadModel } from './download.ts';
import type { NimConfig } from './config.ts';
import {
  printCacheNotWritable,
  printCacheTooSmall,
  printKeyRefused,
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

/** One start, phase by phase; `listen` opens the proxy's port. The exit code of a start that failed, else null. */
export async function start(
  config: NimConfig,
  log: ContainerLog,
  wait: Wait,
  listen: () => Promise<void>,
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
  if (!(await isWritableOrAbsent(config.cachePath))) {
    printCacheNotWritable(log);
    return 1;
  }
  await downloadModel(config, log, wait);
  printSummary(config, log, profile, config.port);
  await loadEngine(config, log, wait);

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
