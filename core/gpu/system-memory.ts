import type { GpuDevice } from '../../shared/contract/gpu.ts';

/** Boards without memory of their own: the driver answers "N/A" for it, and that is normal (gpu facts 2.3). */
const sharingBoards = /\b(?:GB10|Thor|Orin|Xavier|Tegra|nvgpu)\b/i;

export interface SystemMemory {
  totalMiB: number;
  /** What programs could not have: the kernel's own estimate (`MemAvailable`), which counts caches as free. */
  usedMiB: number;
}

/** @param text `/proc/meminfo` (proc_meminfo(5)); null where a line is missing or says nonsense */
export function parseMemInfo(text: string): SystemMemory | null {
  const kibibytes = (name: string) => {
    const found = new RegExp(`^${name}: *(\\d{1,15}) kB$`, 'm').exec(text)?.[1];
    return found === undefined ? null : Number(found);
  };
  const [total, available] = [kibibytes('MemTotal'), kibibytes('MemAvailable')];
  if (total === null || available === null || total === 0 || available > total) return null;
  return { totalMiB: Math.floor(total / 1024), usedMiB: Math.ceil((total - available) / 1024) };
}

export const sharesMemory = ({ name, memoryTotalMiB }: Pick<GpuDevice, 'name' | 'memoryTotalMiB'>): boolean =>
  memoryTotalMiB === null && sharingBoards.test(name ?? '');

/** Boards that share the system's memory get its figures, and say that they are. @param memory null: not known */
export function withSystemMemory(gpus: readonly GpuDevice[], memory: SystemMemory | null): GpuDevice[] {
  return gpus.map((gpu) => {
    if (!sharesMemory(gpu)) return gpu;
    const figures = memory === null ? {} : { memoryTotalMiB: memory.totalMiB, memoryUsedMiB: memory.usedMiB };
    return { ...gpu, ...figures, isMemoryShared: true };
  });
}
