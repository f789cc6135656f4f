import { expect, test } from 'vitest';
import type { ErrorCode } from '../../shared/errors.ts';
import { captureFolder, readCapture } from '../testing/captures.ts';
import { type Ending, exitCause } from './exit-cause.ts';

const ending: Ending = { name: 'llama', code: 1, isOutOfMemory: false, hasKey: true };

test.each<[string, ErrorCode, Partial<Ending>?]>([
  [
    'Authentication Error: invalid credentials\nnimlib.exceptions.ManifestDownloadError: Error downloading manifest',
    'NGC_KEY_REJECTED',
    { code: 0 },
  ],
  ['Authentication Error: no credentials\nManifestDownloadError', 'NGC_KEY_MISSING', { code: 0, hasKey: false }],
  ['Permission error: The requested operation requires permissions that the user does not have.', 'NGC_FORBIDDEN'],
  [
    'ManifestDownloadError: Error downloading manifest: I/O error Permission denied (os error 13)',
    'CACHE_NOT_WRITABLE',
  ],
  ['OSError: [Errno 28] No space left on device', 'DISK_FULL'],
  ['error sending request for url (https://api.ngc.nvidia.com/v2/org/nim/team/meta)', 'NIM_DOWNLOAD_FAILED'],
  ['no matching profile_id or profile description is found in manifest', 'NIM_PROFILE_UNKNOWN'],
  [
    'Detected additional 1 compatible profile(s) that are currently not runnable due to low free GPU memory.\nCould not find a profile that is currently runnable with the detected hardware.',
    'NIM_PROFILE_LOW_MEMORY',
  ],
  [
    'Could not find a profile that is currently runnable with the detected hardware.\nSYSTEM INFO',
    'NIM_NO_PROFILE_FOR_HARDWARE',
  ],
  ['16.00 GiB KV cache is needed, only 10.62 GiB available.', 'NIM_KV_CACHE_TOO_SMALL'],
  [
    'Free memory on device cuda:0 (110.9/140.55 GiB) on startup is less than desired GPU memory utilization (0.8, 112.44 GiB).',
    'NIM_GPU_MEMORY_TAKEN',
  ],
  [
    'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB\nRuntimeError: Engine core initialization failed',
    'NIM_GPU_OUT_OF_MEMORY',
  ],
  ['ValueError: Unable to detect a supported backend for the model', 'NIM_ARCHITECTURE_UNSUPPORTED'],
  ['RuntimeError: Engine core initialization failed. See root cause above.', 'NIM_ENGINE_DIED'],
  ['nvidia-container-cli: requirement error: unsatisfied condition: cuda>=12.8', 'DRIVER_TOO_OLD'],
  ['Killed', 'NIM_EXITED', { code: 137, isOutOfMemory: true }],
  // Looks bad and is harmless (nim-runtime facts 6.3).
  ["'(MaxRetryError(\"HTTPSConnectionPool(host='huggingface.co', port=443): Max retries exceeded\"", 'NIM_EXITED'],
])('%s → %s', (log, code, how) => {
  expect(exitCause(log.split('\n'), { ...ending, ...how }).code).toBe(code);
});

const captures = captureFolder('nim');

test.skipIf(captures === null).each<[string, ErrorCode]>([
  ['startup-log-error-cache-permission-denied.txt', 'CACHE_NOT_WRITABLE'],
  ['startup-log-error-kv-cache-too-small-1.13.1.txt', 'NIM_KV_CACHE_TOO_SMALL'],
  ['error-driver-too-old-cuda12.8.txt', 'DRIVER_TOO_OLD'],
])('the capture %s → %s', (file, code) => {
  expect(exitCause(readCapture(captures ?? '', file).split('\n'), ending).code).toBe(code);
});

test
  .skipIf(captures === null)
  .each([
    'startup-log-llm-1.0.0-llama3-8b-cold-download.txt',
    'startup-log-llm-1.0.0-nemotron-nano-9b-v2-dgx-spark-gb10-warm-cache.txt',
    'startup-log-llm-2.0.6-llama-3.1-8b-gb10-warm-cache.txt',
    'startup-log-embed-1.13.0-llama-nemotron-embed-300m-v2-gb10.txt',
    'startup-log-rerank-1.10.0-llama-nemotron-rerank-500m-v2-gb10.txt',
  ])('nothing in the good start %s is taken for a cause', (file) => {
  expect(exitCause(readCapture(captures ?? '', file).split('\n'), ending).code).toBe('NIM_EXITED');
});

test('says how it ended, with the line that tells why', () => {
  const { message, detail } = exitCause(['INFO fine', ' CUDA out of memory '], { ...ending, code: 0 });
  expect(message).toBe('llama ended with exit code 0: CUDA out of memory');
  expect(detail).toEqual({ exitCode: 0, isOutOfMemory: false });
  expect(exitCause([], { ...ending, code: 137, isOutOfMemory: true }).message).toContain('memory ran out');
});
