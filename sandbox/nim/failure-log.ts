import type { NimConfig } from './config.ts';
import { apiServer, engineCore, type ContainerLog } from './log.ts';
import type { MemoryShortage } from './start.ts';

export const engineDead = 'EngineCore encountered an issue. See stack trace (above) for the root cause.';

const traceback = (process: string, lines: string[]) =>
  ['Traceback (most recent call last):', ...lines].map((line) => `${process}${line}\n`).join('');

/** The text that NIMs print for a refused key, before they exit with code 0. */
export function printKeyRefused(log: ContainerLog): void {
  log.nim('ERROR', 'nim_sdk.py:338', 'Download failed after 1 attempts. Last exception: Authentication Error');
  log.nim('ERROR', 'nimutils.py:57', 'Error downloading models, ignoring and continuing startup');
  log.err(
    traceback('', [
      '  File "/opt/nim/lib/python3.12/site-packages/nimlib/nim_sdk.py", line 329, in download_models',
      'nimlib.exceptions.ManifestDownloadError: Error downloading manifest: Authentication Error',
    ]),
  );
}

export function printCacheNotWritable(log: ContainerLog): void {
  log.nim(
    'ERROR',
    'nim_sdk.py:338',
    'Download failed after 1 attempts. Last exception: I/O error Permission denied (os error 13)',
  );
  log.nim('ERROR', 'nimutils.py:57', 'Error downloading models, ignoring and continuing startup');
  log.err(
    traceback('', [
      '  File "/opt/nim/lib/python3.12/site-packages/nimlib/nim_sdk.py", line 329, in download_models',
      'nimlib.exceptions.ManifestDownloadError: Error downloading manifest: I/O error Permission denied (os error 13)',
    ]),
  );
}

export function printProfileUnknown(log: ContainerLog, wanted: string): void {
  log.nim(
    'ERROR',
    'selector.py:201',
    `NIM_MODEL_PROFILE is set to ${wanted}, but no matching profile_id or profile description is found in manifest`,
  );
}

export function printNoProfileFits(log: ContainerLog, system: string): void {
  log.nim(
    'ERROR',
    'selector.py:233',
    'Could not find a profile that is currently runnable with the detected hardware.',
  );
  log.out(system);
}

function printEngineFailed(log: ContainerLog, cause: string[]): void {
  log.vllm(
    engineCore,
    'ERROR',
    'core.py:944',
    `EngineCore failed to start.\n${['Traceback (most recent call last):', ...cause].join('\n')}`,
  );
  log.err(
    traceback(apiServer, [
      '  File "/usr/local/lib/python3.12/dist-packages/vllm/v1/engine/utils.py", line 918, in wait_for_engine_startup',
      'RuntimeError: Engine core initialization failed. See root cause above. Failed core proc(s): {}',
    ]),
  );
}

export function printOutOfMemory(log: ContainerLog): void {
  printEngineFailed(log, [
    '  File "/usr/local/lib/python3.12/dist-packages/vllm/v1/worker/gpu_worker.py", line 260, in load_model',
    'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 224.00 MiB. GPU 0 has a total capacity of 7.62 GiB of which 103.19 MiB is free.',
  ]);
}

/** vLLM's words for a GPU that somebody else uses: it takes its share at once or not at all. */
export function printMemoryTaken(log: ContainerLog, { totalMiB, freeMiB, neededMiB }: MemoryShortage): void {
  const gib = (mib: number) => (mib / 1024).toFixed(2);
  const utilisation = (neededMiB / totalMiB).toFixed(2);
  printEngineFailed(log, [
    '  File "/usr/local/lib/python3.12/dist-packages/vllm/v1/worker/utils.py", line 388, in request_memory',
    `ValueError: Free memory on device cuda:0 (${gib(freeMiB)}/${gib(totalMiB)} GiB) on startup is less than desired GPU memory utilization (${utilisation}, ${gib(neededMiB)} GiB). Decrease GPU memory utilization or reduce GPU memory used by other processes.`,
  ]);
}

export function printCacheTooSmall(config: NimConfig, log: ContainerLog): void {
  printEngineFailed(log, [
    '  File "/usr/local/lib/python3.12/dist-packages/vllm/v1/core/kv_cache_utils.py", line 712, in check_enough_kv_cache_memory',
    `ValueError: To serve at least one request with max_seq_len (${config.maxModelLength}), ${(config.maxModelLength / 8192).toFixed(2)} GiB KV cache is needed, only ${(config.maxModelLength / 12_340).toFixed(2)} GiB available.`,
  ]);
}

/** 1.x says "Engine loop is not running"; the V1 engine inside 2.x has this text. */
export function printEngineDied(log: ContainerLog): void {
  log.vllm(
    engineCore,
    'ERROR',
    'core.py:951',
    'EngineCore encountered a fatal error.\nRuntimeError: CUDA error: an illegal memory access was encountered',
  );
  log.vllm(
    apiServer,
    'ERROR',
    'async_llm.py:704',
    `AsyncLLM output_handler failed.\nvllm.v1.engine.exceptions.EngineDeadError: ${engineDead}`,
  );
}
