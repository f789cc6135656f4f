import { AppError, type ErrorCode } from '../../shared/errors.ts';
import type { ProgramResult } from '../deps.ts';

// The man page's numbers and the ones seen beside it (gpu facts 1.10). 14, a damaged infoROM, is only a warning.
const byExitCode: Readonly<Record<number, ErrorCode>> = {
  6: 'NO_GPU_FOUND',
  9: 'DRIVER_NOT_LOADED',
  12: 'DRIVER_NOT_LOADED',
  13: 'DRIVER_LIBRARY_MISMATCH',
  15: 'GPU_LOST',
  18: 'DRIVER_LIBRARY_MISMATCH',
};

// For 255, for old versions, and for what ends with 0 all the same.
const byText: readonly (readonly [RegExp, ErrorCode])[] = [
  [/Driver\/library version mismatch/i, 'DRIVER_LIBRARY_MISMATCH'],
  [/couldn't communicate with the NVIDIA driver/i, 'DRIVER_NOT_LOADED'],
  [/couldn't find libnvidia-ml|NVML Shared Library couldn't be found/i, 'DRIVER_NOT_LOADED'],
  [/No devices were found/i, 'NO_GPU_FOUND'],
  [/is not a valid field to query/i, 'INVALID_QUERY_FIELD'],
  [/GPU is lost|Unable to determine the device handle/i, 'GPU_LOST'],
  [/Failed to initialize NVML: Unknown Error/i, 'NVML_UNKNOWN_ERROR'],
  [/Failed to initialize NVML: (?:Insufficient Permissions|GPU access blocked)/i, 'NVML_FORBIDDEN'],
  [/Failed to initialize NVML: Driver Not Loaded/i, 'DRIVER_NOT_LOADED'],
  [/No GPU instances found|No compute instances found|No MIG-enabled devices found/i, 'MIG_NO_INSTANCES'],
  [/MIG mode is in pending (?:enable|disable) state/i, 'MIG_CHANGE_PENDING'],
  [/\bnvidia-smi\b.*(?:(?:command )?not found|not recognized|No such file or directory)/i, 'NVIDIA_SMI_MISSING'],
];

/** No error of nvidia-smi comes near; megabytes without a line end are not looked through. */
const longestLine = 2_000;

/** The first line that says what is wrong; null where none does. */
export function knownProblem(lines: readonly string[]): { code: ErrorCode; line: string } | null {
  for (const [shape, code] of byText) {
    const line = lines.find((candidate) => shape.test(candidate.slice(0, longestLine)));
    if (line !== undefined) return { code, line: line.slice(0, longestLine).trim() };
  }
  return null;
}

export const noAnswer = (): AppError => new AppError('GPU_LOST', 'nvidia-smi did not answer in time.');

/**
 * What a call says is wrong; null when it says nothing is. Errors are plain text on stdout even with `-x`, so both
 * outputs are looked at. `stdout` must not hold a report: values inside it read like errors.
 */
export function smiFailure({ exitCode, stdout, stderr, isTimedOut }: ProgramResult): AppError | null {
  if (isTimedOut) return noAnswer();
  const lines = `${stdout}\n${stderr}`.split('\n').map((line) => line.trim());
  const known = knownProblem(lines);
  const byNumber = exitCode === null ? undefined : byExitCode[exitCode];
  if (byNumber === undefined && known === null && (exitCode === 0 || exitCode === 14)) return null;

  const evidence = known?.line ?? lines.find((line) => line !== '') ?? '';
  return new AppError(
    byNumber ?? known?.code ?? 'GPU_OUTPUT_UNREADABLE',
    evidence.slice(0, 500) || 'nvidia-smi failed.',
    {
      exitCode,
    },
  );
}
