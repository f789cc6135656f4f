import type { SavedGpu, SavedSlice } from './saved-output.ts';
import { amountOf, integerOf, leadingVersionOf, migEnabledOf, textOf, versionPairOf } from './values.ts';

// `GPU 00000000:01:00.0`; four digits of domain before R384.
const gpuLine = /^GPU ([0-9A-Fa-f]{4,8}:[0-9A-Fa-f]{2}:[0-9A-Fa-f]{2}\.\d)$/;
const fieldLine = /^([A-Za-z][^:]{0,80}?) *: ?(.*)$/;

/**
 * `nvidia-smi -q`: headings and `name : value` lines. Read by the nearest heading, not by depth, which is lost when a text
 * is pasted. Null for anything else.
 */
export function parseQ(lines: readonly string[]): SavedGpu[] | null {
  if (!lines.some((line) => /^=+NVSMI LOG=+$/.test(line) || /^Product Name +:/.test(line))) return null;
  const gpus: SavedGpu[] = [];
  let versions = { driver: null as string | null, cuda: null as string | null };
  let slice: SavedSlice | null = null;
  let heading = '';

  for (const line of lines) {
    if (line === '') continue;
    if (gpuLine.test(line)) {
      gpus.push(emptyGpu(gpus.length));
      slice = null;
      heading = '';
      continue;
    }
    const [, name, value] = fieldLine.exec(line) ?? [];
    const gpu = gpus.at(-1);
    if (name === undefined) {
      heading = line;
      if (heading === 'MIG Device' && gpu !== undefined) {
        slice = { gi: null, ci: null, memoryTotalMiB: null, uuid: null };
        gpu.migDevices?.push(slice);
      }
    } else if (gpu === undefined) versions = versionsWith(versions, name, value);
    else readField(gpu, slice, heading, name, value);
  }
  return gpus.map((gpu) => ({ ...gpu, driverVersion: versions.driver, cudaVersion: versions.cuda }));
}

const emptyGpu = (index: number): SavedGpu => ({
  index,
  name: null,
  uuid: null,
  memoryTotalMiB: null,
  driverVersion: null,
  cudaVersion: null,
  migEnabled: null,
  migDevices: [],
});

/** R610 keeps the old line, with a remark behind the number, and adds lines with new names (gpu facts 1.6). */
function versionsWith(
  versions: { driver: string | null; cuda: string | null },
  name: string,
  value: string | undefined,
): { driver: string | null; cuda: string | null } {
  const { driver, cuda } = versions;
  if (name === 'Driver Version' || name === 'KMD Version') return { driver: driver ?? leadingVersionOf(value), cuda };
  if (name === 'CUDA Version' || name === 'CUDA UMD Version') return { driver, cuda: cuda ?? versionPairOf(value) };
  return versions;
}

function readField(
  gpu: SavedGpu,
  slice: SavedSlice | null,
  heading: string,
  name: string,
  value: string | undefined,
): void {
  if (name === 'Product Name') gpu.name ??= textOf(value);
  else if (name === 'GPU UUID') gpu.uuid ??= textOf(value);
  else if (heading === 'MIG Mode' && name === 'Current') gpu.migEnabled ??= migEnabledOf(value);
  // Before R319 or so it was plain "Memory Usage".
  else if ((heading === 'FB Memory Usage' || heading === 'Memory Usage') && name === 'Total') {
    gpu.memoryTotalMiB ??= amountOf(value);
  } else if (slice === null) return;
  else if (name === 'GPU Instance ID') slice.gi ??= integerOf(value);
  else if (name === 'Compute Instance ID') slice.ci ??= integerOf(value);
  else if (heading === 'Shared FB Memory Usage' && name === 'Total') slice.memoryTotalMiB ??= amountOf(value);
}
