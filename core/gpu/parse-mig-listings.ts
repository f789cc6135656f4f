import type { SavedComputeInstance, SavedGpuInstance, SavedPlacement, SavedProfile } from './saved-output.ts';

// Widths differ by driver and by the longest name: rows are read by their blanks (gpu facts 1.9).
const profileRow =
  /^\| +(\d{1,9}) +MIG +(\S+) +(\d{1,9}) +(\d{1,9})\/(\d{1,9}) +(\d{1,9}(?:\.\d+)?) +(\S+) +(\d{1,9}) +(\d{1,9}) +(\d{1,9}) *\|?$/;
const enginesRow = /^\| +(\d{1,9}) +(\d{1,9}) +(\d{1,9}) *\|?$/;
const gpuInstanceRow = /^\| +(\d{1,9}) +MIG +(\S+) +(\d{1,9}) +(\d{1,9}) +(\d{1,9}):(\d{1,9}) *\|?$/;
const computeInstanceRow =
  /^\| +(\d{1,9}) +(\d{1,9}) +MIG +(\S+) +(\d{1,9})\*? +(\d{1,9})(?: +(\d{1,9}):(\d{1,9}))? *\|?$/;
const placementLine =
  /^GPU +(\d{1,9}) +Profile ID +(\d{1,9}) +Placements? *: *\{((?:\d{1,9},){0,31}\d{1,9})?\}:(\d{1,9})$/;

export type MigListing =
  | { format: 'mig-lgi'; instances: SavedGpuInstance[] }
  | { format: 'mig-lci'; instances: SavedComputeInstance[] }
  | { format: 'mig-lgip'; profiles: SavedProfile[] }
  | { format: 'mig-lgipp'; placements: SavedPlacement[] };

/** `nvidia-smi mig -lgip`, `-lgipp`, `-lgi`, `-lci`; null for anything else. */
export function parseMigListing(lines: readonly string[]): MigListing | null {
  const profiles = profilesIn(lines);
  if (profiles.length > 0) return { format: 'mig-lgip', profiles };
  const placements = rows(lines, placementLine, ([gpu, id, starts, size]) => ({
    gpu: Number(gpu),
    id: Number(id),
    starts: (starts ?? '')
      .split(',')
      .filter((start) => start !== '')
      .map(Number),
    size: Number(size),
  }));
  if (placements.length > 0) return { format: 'mig-lgipp', placements };
  const gpuInstances = rows(lines, gpuInstanceRow, ([gpu, name = '', profileId, gi, start, size]) => ({
    gpu: Number(gpu),
    name,
    profileId: Number(profileId),
    gi: Number(gi),
    start: Number(start),
    size: Number(size),
  }));
  if (gpuInstances.length > 0) return { format: 'mig-lgi', instances: gpuInstances };
  const computeInstances = rows(lines, computeInstanceRow, ([gpu, gi, name = '', profileId, ci, start, size]) => ({
    gpu: Number(gpu),
    gi: Number(gi),
    name,
    profileId: Number(profileId),
    ci: Number(ci),
    start: numberOrNull(start),
    size: numberOrNull(size),
  }));
  return computeInstances.length > 0 ? { format: 'mig-lci', instances: computeInstances } : null;
}

const numberOrNull = (text: string | undefined): number | null => (text === undefined ? null : Number(text));

function rows<T>(lines: readonly string[], shape: RegExp, toRow: (cells: readonly (string | undefined)[]) => T): T[] {
  return lines.flatMap((line) => {
    const found = shape.exec(line);
    return found === null ? [] : [toRow(found.slice(1))];
  });
}

/** Two lines each; the second has what the card's other engines are. */
function profilesIn(lines: readonly string[]): SavedProfile[] {
  const profiles: SavedProfile[] = [];
  for (const line of lines) {
    const [, gpu, name, id, free, total, memory, p2p, sm, dec, enc] = profileRow.exec(line) ?? [];
    if (gpu !== undefined && name !== undefined && p2p !== undefined) {
      profiles.push({
        gpu: Number(gpu),
        name,
        id: Number(id),
        free: Number(free),
        total: Number(total),
        memoryGiB: Number(memory),
        p2p,
        sm: Number(sm),
        dec: Number(dec),
        enc: Number(enc),
        ce: null,
        jpeg: null,
        ofa: null,
      });
      continue;
    }
    const [, ce, jpeg, ofa] = enginesRow.exec(line) ?? [];
    const open = profiles.at(-1);
    if (ce === undefined || open === undefined || open.ce !== null) continue;
    open.ce = Number(ce);
    open.jpeg = Number(jpeg);
    open.ofa = Number(ofa);
  }
  return profiles;
}
