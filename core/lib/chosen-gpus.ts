import type { GpuReport } from '../../shared/contract/gpu.ts';
import type { GpuChoice } from '../../shared/contract/nims.ts';

/** A GPU or a slice that a container was given; null where this machine does not list it, or does not say. */
export interface ChosenGpu {
  id: string;
  name: string | null;
  memoryTotalMiB: number | null;
  memoryUsedMiB: number | null;
  utilizationPercent: number | null;
  /** Compute instances of one GPU instance say the same: each shows the whole of the memory that they share. */
  memoryId?: string;
}

/** What a choice means on this machine, by UUID, number (`0`, `0:1` for a slice) or CDI name of these. Null: it cannot be read. */
export function chosenGpus(choice: GpuChoice, report: GpuReport | null): ChosenGpu[] | null {
  if (choice.kind === 'none') return [];
  if (report === null || report.failure !== null) return null;
  const all = report.gpus.flatMap(usable);
  if (choice.kind === 'all') return all.map(({ gpu }) => gpu);
  return choice.ids.flatMap((asked) => {
    const id = asked.replace(/^nvidia\.com\/gpu=/, '');
    if (id === 'all') return all.map(({ gpu }) => gpu);
    const found = all.filter(({ gpu, place, device }) => gpu.id === id || place === id || device === id);
    return found.length > 0
      ? found.map(({ gpu }) => gpu)
      : [{ id: asked, name: null, memoryTotalMiB: null, memoryUsedMiB: null, utilizationPercent: null }];
  });
}

/** A GPU, or, with MIG, its slices: only they can be given to anybody then. */
function usable(gpu: GpuReport['gpus'][number]): { gpu: ChosenGpu; place: string; device: string }[] {
  const device = String(gpu.index);
  if (gpu.migEnabled !== true) {
    const { name, memoryTotalMiB, memoryUsedMiB, utilizationPercent } = gpu;
    const id = gpu.uuid ?? device;
    return [{ gpu: { id, name, memoryTotalMiB, memoryUsedMiB, utilizationPercent }, place: device, device }];
  }
  return gpu.migDevices.map((slice) => {
    const place = `${device}:${slice.index ?? '?'}`;
    const name = [gpu.name, slice.profile].filter((part) => part !== null).join(' ');
    const { memoryTotalMiB, memoryUsedMiB } = slice;
    // The driver does not say how busy a slice is.
    const one = { id: slice.uuid ?? place, name, memoryTotalMiB, memoryUsedMiB, utilizationPercent: null };
    const memory = slice.gi === null ? {} : { memoryId: `${device}:${slice.gi}` };
    return { gpu: { ...one, ...memory }, place, device };
  });
}
