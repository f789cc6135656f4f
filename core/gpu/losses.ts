import type { GpuReport, LostGpu } from '../../shared/contract/gpu.ts';

/** Which GPUs were there and are not answering any more. One that is a whole machine's change is nobody's loss. */
export interface Losses {
  /** Looks at a reading and says what is lost by it. @param lostUuids those that the driver lists without any value */
  update(report: GpuReport, lostUuids: readonly string[]): LostGpu[];
}

/** With these nothing is known of any GPU: none is lost by them, and none is back. */
const silentCodes = new Set(['DRIVER_LIBRARY_MISMATCH', 'DRIVER_NOT_LOADED', 'NVIDIA_SMI_MISSING']);

export function createLosses(): Losses {
  const known = new Map<string, LostGpu>();
  let lost: LostGpu[] = [];

  return {
    update({ gpus, failure, readAt }, lostUuids) {
      const answering = gpus.filter(({ uuid }) => uuid !== null && !lostUuids.includes(uuid));
      const isThere = (uuid: string) => answering.some((gpu) => gpu.uuid === uuid);
      const isKnown = answering.some(({ uuid }) => uuid !== null && known.has(uuid));
      const isSaid = failure?.code === 'GPU_LOST' || failure?.code === 'NO_GPU_FOUND' || lostUuids.length > 0;
      if (failure !== null && !isSaid) {
        if (silentCodes.has(failure.code)) known.clear();
        if (known.size === 0) lost = [];
        return lost;
      }
      // Others are there and none of those that were: the machine is another one (practice mode, a changed virtual machine).
      if (!isKnown && !isSaid) known.clear();
      lost = [...known.values()].filter(({ uuid }) => !isThere(uuid));
      for (const { index, name, uuid, memoryTotalMiB } of answering) {
        if (uuid !== null) known.set(uuid, { index, name, uuid, memoryTotalMiB, lastSeenAt: readAt });
      }
      return lost;
    },
  };
}
