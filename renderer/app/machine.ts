import type { GpuReport } from '../../shared/contract/gpu.ts';

/**
 * Sums of what is known; a card that does not say how much it has is left out of both, and the system's memory counts once
 * however many boards share it. The one sum that strip and board show.
 */
export function gpuMemory(report: GpuReport): { usedMiB: number; totalMiB: number } | null {
  let usedMiB = 0;
  let totalMiB = 0;
  let isSystemCounted = false;
  for (const { memoryUsedMiB, memoryTotalMiB, isMemoryShared } of report.gpus) {
    if (memoryUsedMiB === null || memoryTotalMiB === null || (isMemoryShared && isSystemCounted)) continue;
    isSystemCounted ||= isMemoryShared;
    usedMiB += memoryUsedMiB;
    totalMiB += memoryTotalMiB;
  }
  return totalMiB === 0 ? null : { usedMiB, totalMiB };
}
