import type { GpuReport } from '../../shared/contract/gpu.ts';
import type { GpuChoice } from '../../shared/contract/nims.ts';
import { chosenPlaces, type GpuPlace, gpuPlaces } from '../../shared/gpu-places.ts';

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

/** What a choice means on this machine. Null: it cannot be read. */
export function chosenGpus(choice: GpuChoice, report: GpuReport | null): ChosenGpu[] | null {
  if (choice.kind === 'none') return [];
  // One that has failed hides no other.
  if (report === null || (report.failure !== null && report.gpus.length === 0)) return null;
  return chosenPlaces(choice, gpuPlaces(report)).map((place) =>
    typeof place === 'string'
      ? { id: place, name: null, memoryTotalMiB: null, memoryUsedMiB: null, utilizationPercent: null }
      : toChosen(place),
  );
}

function toChosen({ gpu, slice, id, memoryId }: GpuPlace): ChosenGpu {
  if (slice === null) {
    const { name, memoryTotalMiB, memoryUsedMiB, utilizationPercent } = gpu;
    return { id, name, memoryTotalMiB, memoryUsedMiB, utilizationPercent, memoryId };
  }
  const name = [gpu.name, slice.profile].filter((part) => part !== null).join(' ');
  const { memoryTotalMiB, memoryUsedMiB } = slice;
  // The driver does not say how busy a slice is.
  return { id, name, memoryTotalMiB, memoryUsedMiB, utilizationPercent: null, memoryId };
}
