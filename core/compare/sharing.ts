import type { ChatTarget } from '../../shared/contract/chat.ts';
import type { CompareColumn } from '../../shared/contract/compare.ts';
import type { GpuReport } from '../../shared/contract/gpu.ts';
import type { GpuChoice, Nim } from '../../shared/contract/nims.ts';
import { chosenGpus } from '../lib/chosen-gpus.ts';

/**
 * Groups of columns that use a GPU, or a slice, together: asked at once, each measures the others as well. A slice is a
 * device of its own (gpu facts 3). Two columns on one NIM share whatever it has. Where the machine's GPUs cannot be read,
 * the names of the devices are compared as they were given.
 */
export function sharingColumns(
  columns: readonly Pick<CompareColumn, 'id' | 'target'>[],
  nims: readonly Pick<Nim, 'id' | 'gpus'>[],
  report: GpuReport | null,
): string[][] {
  const used = columns.map(({ id, target }) => ({ id, devices: devicesOf(target, nims, report) }));
  const groups: { ids: string[]; devices: Set<string> }[] = [];
  for (const { id, devices } of used) {
    const met = groups.filter((group) => devices.some((device) => group.devices.has(device)));
    const joined = {
      ids: [...met.flatMap(({ ids }) => ids), id],
      devices: new Set([...met.flatMap((group) => [...group.devices]), ...devices]),
    };
    for (const group of met) groups.splice(groups.indexOf(group), 1);
    groups.push(joined);
  }
  return groups.map(({ ids }) => ids).filter((ids) => ids.length > 1);
}

function devicesOf(target: ChatTarget, nims: readonly Pick<Nim, 'id' | 'gpus'>[], report: GpuReport | null): string[] {
  if (target.kind !== 'nim') return [];
  const gpus = nims.find(({ id }) => id === target.nimId)?.gpus ?? { kind: 'none' };
  return [`nim ${target.nimId}`, ...namesOf(gpus, report)];
}

function namesOf(gpus: GpuChoice, report: GpuReport | null): string[] {
  const known = chosenGpus(gpus, report);
  if (known !== null) return known.map(({ id, memoryId }) => memoryId ?? id);
  // All of them, whatever they are called: that meets every other `all`.
  return gpus.kind === 'all' ? ['all'] : gpus.kind === 'devices' ? gpus.ids : [];
}
