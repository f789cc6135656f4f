import type { GpuDevice, MigDevice } from '../../shared/contract/gpu.ts';
import type { ListedGpu } from './parse-list.ts';
import type { QueriedGpu } from './parse-query.ts';

/** The three calls as one list. The XML leads; what the others lack stays null. */
export function joinGpus(
  fromXml: readonly GpuDevice[],
  listed: readonly ListedGpu[],
  queried: readonly QueriedGpu[],
): GpuDevice[] {
  return fromXml.map((gpu) => {
    const inList = listed.find((other) => isSame(gpu, other))?.migDevices ?? [];
    return {
      ...gpu,
      computeCapability: queried.find((other) => isSame(gpu, other))?.computeCapability ?? null,
      migDevices: gpu.migDevices.map((slice) => joinSlice(slice, inList, gpu.migDevices.length)),
    };
  });
}

/**
 * Slices came or went between the two calls: their numbers are given anew then, so that by number one would get another's
 * UUID.
 */
export function haveSlicesMoved(fromXml: readonly GpuDevice[], listed: readonly ListedGpu[]): boolean {
  return fromXml.some((gpu) => {
    const inList = listed.find((other) => isSame(gpu, other));
    return inList !== undefined && inList.migDevices.length !== gpu.migDevices.length;
  });
}

// By UUID, because between two calls a board can come or go; by index only where one side does not say the UUID.
function isSame(gpu: GpuDevice, other: { index: number; uuid: string | null }): boolean {
  return gpu.uuid === null || other.uuid === null ? gpu.index === other.index : gpu.uuid === other.uuid;
}

/** "Device N" of the list is `<index>` of the XML; the old UUID form also tells gi and ci, and then those must agree. */
function joinSlice(slice: MigDevice, listed: readonly MigDevice[], count: number): MigDevice {
  const isNumberSure = listed.length === count;
  const found = listed.find((other) =>
    other.gi === null || slice.gi === null
      ? isNumberSure && other.index === slice.index
      : other.index === slice.index && other.gi === slice.gi && other.ci === slice.ci,
  );
  return { ...slice, uuid: found?.uuid ?? null, profile: found?.profile ?? null };
}
