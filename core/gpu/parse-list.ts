import type { MigDevice } from '../../shared/contract/gpu.ts';

export interface ListedGpu {
  index: number;
  name: string;
  uuid: string;
  migDevices: MigDevice[];
}

const gpuLine = /^GPU (\d{1,9}): (.+) \(UUID: ([^)\s]+)\)$/;
// R450 and R460 write no padding and `MIG-GPU-<gpu>/<gi>/<ci>`; later ones pad and give each slice its own UUID (gpu facts 1.8).
const migLine = /^MIG (\S+)\s+Device\s+(\d{1,9}):\s+\(UUID: (MIG-[^)\s]+)\)$/;
const oldMigUuid = /^MIG-GPU-[^/]+\/(\d{1,9})\/(\d{1,9})$/;

/** `nvidia-smi -L`: the only one of the three calls that knows the UUIDs and profile names of MIG devices. */
export function parseList(text: string): ListedGpu[] {
  const gpus: ListedGpu[] = [];
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    const gpu = gpuLine.exec(line);
    if (gpu?.[1] !== undefined && gpu[2] !== undefined && gpu[3] !== undefined) {
      gpus.push({ index: Number(gpu[1]), name: gpu[2], uuid: gpu[3], migDevices: [] });
      continue;
    }
    const mig = migLine.exec(line);
    if (mig?.[1] !== undefined && mig[3] !== undefined) {
      gpus.at(-1)?.migDevices.push(toMigDevice(mig[1], Number(mig[2]), mig[3]));
    }
  }
  return gpus;
}

function toMigDevice(profile: string, index: number, uuid: string): MigDevice {
  const old = oldMigUuid.exec(uuid);
  return {
    index,
    gi: old?.[1] === undefined ? null : Number(old[1]),
    ci: old?.[2] === undefined ? null : Number(old[2]),
    uuid,
    profile,
    memoryTotalMiB: null,
    memoryUsedMiB: null,
  };
}
