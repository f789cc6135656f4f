import type { GpuReport } from '../../shared/contract/gpu.ts';

/** Sums of what is known; a card that does not say how much it has is left out of both. */
export function gpuMemory(report: GpuReport): { usedMiB: number; totalMiB: number } | null {
  let usedMiB = 0;
  let totalMiB = 0;
  for (const { memoryUsedMiB, memoryTotalMiB } of report.gpus) {
    if (memoryUsedMiB === null || memoryTotalMiB === null) continue;
    usedMiB += memoryUsedMiB;
    totalMiB += memoryTotalMiB;
  }
  return totalMiB === 0 ? null : { usedMiB, totalMiB };
}
