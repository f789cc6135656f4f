import type { GpuDevice, GpuReport, MigDevice } from './contract/gpu.ts';
import type { GpuChoice } from './contract/nims.ts';

/** What a container can be given: a GPU, or, where that is cut, one of its MIG slices. */
export interface GpuPlace {
  gpu: GpuDevice;
  /** Null: the whole GPU. */
  slice: MigDevice | null;
  /** The UUID; `0`, or `0:1` for a slice, where the driver tells none. */
  id: string;
  /** Places with the same share one memory: compute instances of one GPU instance. */
  memoryId: string;
}

/** In the order of the report. With MIG only the slices can be given to anybody; without a slice, nothing. */
export function gpuPlaces({ gpus }: Pick<GpuReport, 'gpus'>): GpuPlace[] {
  return gpus.flatMap((gpu): GpuPlace[] => {
    const device = String(gpu.index);
    if (gpu.migEnabled !== true) {
      const id = gpu.uuid ?? device;
      return [{ gpu, slice: null, id, memoryId: id }];
    }
    return gpu.migDevices.map((slice) => {
      const id = slice.uuid ?? placeOf(gpu, slice);
      return { gpu, slice, id, memoryId: slice.gi === null ? id : `${device}:gi${slice.gi}` };
    });
  });
}

const placeOf = (gpu: GpuDevice, slice: MigDevice) => `${gpu.index}:${slice.index ?? '?'}`;

/**
 * What a choice means on this machine: by UUID, number (`0`: with MIG all of its slices; `0:1`: one slice) or CDI name of
 * these. A text stands for what this machine does not list.
 */
export function chosenPlaces(choice: GpuChoice, places: readonly GpuPlace[]): (GpuPlace | string)[] {
  if (choice.kind === 'none') return [];
  if (choice.kind === 'all') return [...places];
  return choice.ids.flatMap((asked): (GpuPlace | string)[] => {
    const id = asked.replace(/^nvidia\.com\/gpu=/, '');
    if (id === 'all') return [...places];
    const found = places.filter(
      (place) =>
        place.id === id ||
        String(place.gpu.index) === id ||
        (place.slice !== null && placeOf(place.gpu, place.slice) === id),
    );
    return found.length > 0 ? found : [asked];
  });
}
