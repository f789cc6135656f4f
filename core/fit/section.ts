import type { Profile, ProfileStatus } from '../profiles/parse-profiles.ts';
import { canCompute, capabilityOfBoard } from './capability.ts';
import { isNamedGpu, profileTarget } from './profile-target.ts';

/** A GPU as a container sees it. */
export interface SystemGpu {
  pciDevice: string | null;
  name: string;
  isFree: boolean;
  /** Null: taken from the PCI device. */
  computeCapability?: string | null;
}

/**
 * A GPU is free to the tool when 5 % of its memory at most is in use; a desktop alone takes more. Where the driver does not
 * say (unified memory) it counts as free. Seen in every recorded list: 0, 1 % and N/A free; 7, 9, 10, 30, 85, 95 % not.
 */
export function isFreeToNim(memoryTotalMiB: number | null, memoryUsedMiB: number | null): boolean {
  if (memoryTotalMiB === null || memoryUsedMiB === null) return true;
  return memoryUsedMiB <= 0.05 * memoryTotalMiB;
}

/**
 * The section in which `list-model-profiles` puts a profile. The tool counts GPUs and does not compare memory: a profile of
 * 63 GB stands under "runnable" for one free L40 of 48 GB, and all stand under "low memory" where the only GPU has a desktop
 * on it. So:
 * - a profile made for a GPU counts only those; any other counts all, but only where all are of one kind;
 * - enough free ones: runnable, or compilable for an engine that is built on the spot;
 * - enough, but not free: low memory; too few: incompatible.
 * NIMs that are not language models (whose only heading is "Compatible with system") do not ask whether GPUs are free.
 * @param ignoresUse for the lists of these
 */
export function sectionOf(
  profile: Pick<Profile, 'name' | 'precision'>,
  system: readonly SystemGpu[],
  { ignoresUse = false }: { ignoresUse?: boolean } = {},
): ProfileStatus {
  // A speech model's source form: it must be built before it can be run anywhere.
  if (/(?:^|\|)\s*model_type\s*:\s*rmir\b/i.test(profile.name)) return 'incompatible';
  const target = profileTarget(profile.name);
  const isForOne = target.pciDevice !== null || target.gpuWord !== null;
  if (!isForOne && !areOfOneKind(system)) return 'incompatible';
  const suited = system.filter((gpu) => {
    const capability = gpu.computeCapability ?? (gpu.pciDevice === null ? null : capabilityOfBoard(gpu.pciDevice));
    if (target.pciDevice !== null && gpu.pciDevice !== null) return gpu.pciDevice === target.pciDevice;
    if (target.gpuWord !== null) return isNamedGpu(target.gpuWord, gpu.name);
    if (target.computeCapability !== null) return capability === target.computeCapability;
    // Only what is too new is left out: 1.x lists bf16 for a T4 as well.
    return profile.precision === 'bf16' || canCompute(profile.precision, capability) !== false;
  });
  if (suited.length < target.gpus) return 'incompatible';
  const free = ignoresUse ? suited.length : suited.filter(({ isFree }) => isFree).length;
  if (free < target.gpus) return 'low-memory';
  return /(?:^|-)(?:trtllm_buildable|local_build)(?:-|$)/i.test(profile.name) ? 'compilable' : 'runnable';
}

/** By board where it is known, else by name. */
function areOfOneKind(system: readonly SystemGpu[]): boolean {
  return new Set(system.map(({ pciDevice, name }) => pciDevice ?? name)).size <= 1;
}
