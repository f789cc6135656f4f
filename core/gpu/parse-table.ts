import type { SavedGpu } from './saved-output.ts';
import { leadingVersionOf, migEnabledOf, versionPairOf } from './values.ts';

const banner = /^\| NVIDIA-SMI \S/;
const busCell = /^ *[0-9A-Fa-f]{4,8}:[0-9A-Fa-f]{2}:[0-9A-Fa-f]{2}\.\d /;
const memoryCell = /\| *\d+MiB \/ *(\d{1,9})MiB *\|/;
const migCell = /^\| *\| *\| *(Enabled|Disabled)\*? *\|$/;
const sliceRow = /^\| {1,4}(\d{1,9}) +(\d{1,9}) +(\d{1,9}) +(\d{1,9}) *\| *(?:\d+MiB|N\/A) *\/ *(\d{1,9})MiB/;

/** The plain table of all layouts: 79 columns until R530, 91 since. Null for anything else. */
export function parseTable(lines: readonly string[]): SavedGpu[] | null {
  const head = lines.find((line) => banner.test(line));
  const gpus: SavedGpu[] = [];
  // R610 says KMD and CUDA UMD (gpu facts 1.6).
  const driverVersion = leadingVersionOf(/(?:Driver|KMD) Version: *([\d.]+)/.exec(head ?? '')?.[1]);
  const cudaVersion = versionPairOf(/CUDA (?:UMD )?Version: *([\d.]+)/.exec(head ?? '')?.[1]);

  for (const line of lines) {
    const first = firstRowOf(line);
    if (first !== null) {
      gpus.push({
        ...first,
        uuid: null,
        memoryTotalMiB: null,
        driverVersion,
        cudaVersion,
        migEnabled: null,
        migDevices: [],
      });
      continue;
    }
    const [, parent, gi, ci, , total] = sliceRow.exec(line) ?? [];
    if (parent !== undefined) {
      const owner = gpus.find((gpu) => gpu.index === Number(parent));
      owner?.migDevices?.push({ gi: Number(gi), ci: Number(ci), memoryTotalMiB: Number(total), uuid: null });
      continue;
    }
    const gpu = gpus.at(-1);
    if (gpu === undefined) continue;
    const memory = memoryCell.exec(line)?.[1];
    // The second row of a GPU; rows of slices come after all GPUs and were read above.
    if (memory !== undefined && gpu.migDevices?.length === 0) gpu.memoryTotalMiB ??= Number(memory);
    const mode = migCell.exec(line)?.[1];
    if (mode !== undefined) gpu.migEnabled ??= migEnabledOf(mode);
  }
  return head === undefined && gpus.length === 0 ? null : gpus;
}

/** `|   0  NVIDIA GB10     On  |   0000000F:01:00.0 Off |`: cell by cell, since one pattern for all of it can take for ever. */
function firstRowOf(line: string): { index: number; name: string } | null {
  const [before, identity = '', place = ''] = line.split('|', 3);
  if (before !== '' || !busCell.test(place)) return null;
  const [, index, rest = ''] = /^ {1,4}(\d{1,3}) {1,4}(.*)$/.exec(identity) ?? [];
  const words = rest.trimEnd();
  const mode = words.slice(words.lastIndexOf(' ') + 1);
  const name = words.slice(0, -mode.length).trim();
  return index === undefined || name === '' || !modes.has(mode) ? null : { index: Number(index), name };
}

/** Persistence mode, on Windows the driver's model. */
const modes = new Set(['On', 'Off', 'N/A', 'WDDM', 'TCC', 'MCDM']);
