import type { FitDevice } from '../../shared/contract/fit.ts';
import type { GpuDevice, GpuReport } from '../../shared/contract/gpu.ts';
import type { GpuChoice } from '../../shared/contract/nims.ts';

/** A GPU or a slice that a NIM can be put on, or, while MIG is on, a GPU that it cannot. */
export interface Place extends FitDevice {
  computeCapability: string | null;
  /** Of the whole card, also where it is a slice: profiles are made for cards. */
  cardName: string | null;
  /** What the driver keeps for itself, beside `takenMiB`. */
  reservedMiB: number;
  /** Devices of one kind can share a model; slices share with nobody. */
  kind: string;
  /** MIG is on: only its slices compute. */
  isSliced: boolean;
  /** `0`, or `0:1` for a slice, as engines count. */
  number: string;
}

function ofGpu(gpu: GpuDevice): Place {
  return {
    id: gpu.uuid,
    gpuIndex: gpu.index,
    name: gpu.name,
    cardName: gpu.name,
    memory: gpu.isMemoryShared ? 'system' : 'gpu',
    totalMiB: gpu.memoryTotalMiB,
    takenMiB: gpu.memoryUsedMiB,
    reservedMiB: gpu.memoryReservedMiB ?? 0,
    computeCapability: gpu.computeCapability,
    kind: `${gpu.name ?? '?'} ${gpu.memoryTotalMiB ?? '?'}`,
    isSliced: gpu.migEnabled === true,
    number: String(gpu.index),
  };
}

/** Every GPU, and its slices behind it, in the driver's order. */
export function placesOf(report: GpuReport): Place[] {
  return report.gpus.flatMap((gpu) => {
    const whole = ofGpu(gpu);
    const slices = gpu.migDevices.map((slice): Place => {
      const number = `${gpu.index}:${slice.index ?? '?'}`;
      return {
        ...whole,
        id: slice.uuid,
        name: [gpu.name, slice.profile].filter((each) => each !== null).join(' '),
        memory: 'slice',
        totalMiB: slice.memoryTotalMiB,
        takenMiB: slice.memoryUsedMiB,
        reservedMiB: slice.memoryReservedMiB ?? 0,
        kind: `slice ${number}`,
        isSliced: false,
        number,
      };
    });
    return [whole, ...slices];
  });
}

/** What a NIM can be put on. */
export const usablePlaces = (places: readonly Place[]): Place[] => places.filter(({ isSliced }) => !isSliced);

/** What a choice means here: by UUID, number or CDI name. Ids that this machine does not list are left over. */
export function choosePlaces(choice: GpuChoice, places: readonly Place[]): { chosen: Place[]; missing: string[] } {
  if (choice.kind === 'none') return { chosen: [], missing: [] };
  if (choice.kind === 'all') return { chosen: usablePlaces(places), missing: [] };
  const chosen = new Set<Place>();
  const missing: string[] = [];
  for (const asked of choice.ids) {
    const id = asked.replace(/^nvidia\.com\/gpu=/, '');
    const found = id === 'all' ? usablePlaces(places) : places.filter((each) => each.id === id || each.number === id);
    if (found.length === 0) missing.push(asked);
    for (const place of found) chosen.add(place);
  }
  return { chosen: [...chosen], missing };
}

/** NIM's engines keep 92 % of a GPU at most, and 5 % of it beside what others hold (nim-runtime facts 7, `clamping`). */
const largestShare = 0.92;
const sharedShare = 0.5;
const marginShare = 0.05;

type PlaceMemory = Pick<Place, 'memory' | 'totalMiB' | 'reservedMiB'>;

/**
 * What a NIM makes use of on this device when others hold so much; never below 0. Null: the driver does not say.
 * @param keepsShare false for those that take what they need and no share, which are no language models
 */
export function usableMiB(
  { memory, totalMiB, reservedMiB }: PlaceMemory,
  takenMiB: number | null,
  keepsShare: boolean,
): number | null {
  if (totalMiB === null || takenMiB === null) return null;
  const free = totalMiB - takenMiB;
  if (!keepsShare) return Math.max(0, free - reservedMiB);
  const most = (memory === 'system' ? sharedShare : largestShare) * totalMiB;
  return Math.max(0, Math.floor(Math.min(most, free - marginShare * totalMiB)));
}

/** How much must be free so that so much is usable; null: never, whatever is free. */
export function freeFor(place: PlaceMemory, needMiB: number, keepsShare: boolean): number | null {
  const empty = usableMiB(place, 0, keepsShare);
  if (place.totalMiB === null || empty === null || empty < needMiB) return null;
  return needMiB + (keepsShare ? marginShare * place.totalMiB + 1 : place.reservedMiB);
}
