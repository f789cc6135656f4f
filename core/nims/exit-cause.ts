import { AppError, type ErrorCode } from '../../shared/errors.ts';

export interface Ending {
  name: string;
  code: number;
  isOutOfMemory: boolean;
  /** Whether the container was given an NGC key: the same words then mean another thing. */
  hasKey: boolean;
}

interface Cause {
  text: RegExp;
  code: ErrorCode | ((ending: Ending) => ErrorCode);
}

/**
 * What the last lines of a log mean (nim-runtime facts 6.3), the most telling first: a start that fails for one reason
 * prints the consequences after it. Texts that only look bad and do not end a NIM are left out on purpose.
 */
const causes: readonly Cause[] = [
  { text: /requirement error: unsatisfied condition: cuda/i, code: 'DRIVER_TOO_OLD' },
  { text: /Permission denied \(os error 13\)|PermissionError: .*\/(?:opt\/nim|\.cache)/, code: 'CACHE_NOT_WRITABLE' },
  { text: /No space left on device|\(os error 28\)/, code: 'DISK_FULL' },
  { text: /Read-only file system|\(os error 30\)/, code: 'NIM_CACHE_READ_ONLY' },
  {
    text: /Authentication Error|Invalid (?:NGC )?API key|\b401 Unauthorized\b/i,
    code: ({ hasKey }) => (hasKey ? 'NGC_KEY_REJECTED' : 'NGC_KEY_MISSING'),
  },
  { text: /NGC_API_KEY (?:is not set|must be set|is required)/i, code: 'NGC_KEY_MISSING' },
  {
    text: /The requested operation requires permissions that the user does not have|\b403 Forbidden\b/,
    code: ({ hasKey }) => (hasKey ? 'NGC_FORBIDDEN' : 'NGC_KEY_MISSING'),
  },
  { text: /GatedRepoError|Cannot access gated repo|You are trying to access a gated repo/, code: 'NIM_HF_PERMISSION' },
  {
    text: /no matching profile_id or profile description is found|Unknown profiles provided/,
    code: 'NIM_PROFILE_UNKNOWN',
  },
  { text: /currently not runnable due to low free GPU memory/, code: 'NIM_PROFILE_LOW_MEMORY' },
  {
    text: /Could not find a profile that is currently runnable with the detected hardware/,
    code: 'NIM_NO_PROFILE_FOR_HARDWARE',
  },
  {
    text: /KV cache is needed, only|larger than the maximum number of tokens that can be stored in KV cache|No available memory for the cache blocks/,
    code: 'NIM_KV_CACHE_TOO_SMALL',
  },
  { text: /Free memory on device .* is less than desired GPU memory utilization/, code: 'NIM_GPU_MEMORY_TAKEN' },
  {
    text: /CUDA out of memory|torch\.(?:cuda\.)?OutOfMemoryError|CUDA error: out of memory/,
    code: 'NIM_GPU_OUT_OF_MEMORY',
  },
  { text: /Unable to detect a supported backend for the model/, code: 'NIM_ARCHITECTURE_UNSUPPORTED' },
  { text: /Missing HuggingFace configuration file named/, code: 'NIM_CONFIG_MISSING' },
  { text: /Can't bind on address .*address already in use/, code: 'NIM_PORT_CLASH' },
  { text: /Failed to query NVML device info/, code: 'NIM_NVML_QUERY_FAILED' },
  { text: /Failed to initialize NVML: Unknown Error/, code: 'NVML_UNKNOWN_ERROR' },
  {
    text: /Failed to initialize cutlass TMA WS grouped gemm|no kernel image is available for execution/,
    code: 'NIM_KERNEL_UNSUPPORTED',
  },
  {
    text: /unhandled system error.*NCCL|NCCL.*unhandled system error|\/dev\/shm.*(?:bus error|No space)/i,
    code: 'SHM_TOO_SMALL',
  },
  {
    text: /error sending request for url|error decoding response body|ManifestDownloadError/,
    code: 'NIM_DOWNLOAD_FAILED',
  },
  {
    text: /Engine loop is not running|Engine core initialization failed|Engine process failed to start/,
    code: 'NIM_ENGINE_DIED',
  },
];

/**
 * Why a container ended, as a failure that says more than the exit code does: NIMs end with 0 after a refused key, too.
 * @param lines the end of its log, oldest first
 */
export function exitCause(lines: readonly string[], ending: Ending): AppError {
  const detail = { exitCode: ending.code, isOutOfMemory: ending.isOutOfMemory };
  const how = ending.isOutOfMemory
    ? `was ended because this machine’s memory ran out (exit code ${ending.code})`
    : `ended with exit code ${ending.code}`;
  for (const { text, code } of causes) {
    const line = lines.find((candidate) => text.test(candidate));
    if (line === undefined) continue;
    return new AppError(
      typeof code === 'string' ? code : code(ending),
      `${ending.name} ${how}: ${shorten(line)}`,
      detail,
    );
  }
  return new AppError('NIM_EXITED', `${ending.name} ${how} before it was ready.`, detail);
}

function shorten(line: string): string {
  const text = line.trim();
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
