import type { ErrorCode } from '../shared/errors.ts';

/** Documented in the README; scripts rely on them. */
export const exitCodes = {
  done: 0,
  failed: 1,
  badUsage: 2,
  engine: 3,
  key: 4,
  nim: 5,
  cancelled: 130,
} as const;

const byCode: Partial<Record<ErrorCode, number>> = {
  BAD_INPUT: exitCodes.badUsage,
  CANCELLED: exitCodes.cancelled,
};

const byPrefix: [prefix: string, exitCode: number][] = [
  ['ENGINE_', exitCodes.engine],
  ['NGC_', exitCodes.key],
  ['NIM_', exitCodes.nim],
];

export function exitCodeFor(code: ErrorCode): number {
  return byCode[code] ?? byPrefix.find(([prefix]) => code.startsWith(prefix))?.[1] ?? exitCodes.failed;
}
