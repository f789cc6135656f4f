import type { GpuDevice, GpuReport, LostGpu, MemoryHolder, MigDevice } from '../../../shared/contract/gpu.ts';
import type { GpuProof } from '../../../shared/contract/gpu-proof.ts';
import type { Nim } from '../../../shared/contract/nims.ts';
import { chosenPlaces, type GpuPlace, gpuPlaces } from '../../../shared/gpu-places.ts';

/** Of the tokens `--series-1` to `--series-6`. */
export type Colour = 1 | 2 | 3 | 4 | 5 | 6;
const colours: readonly Colour[] = [1, 2, 3, 4, 5, 6];

export interface LaneNim {
  nim: Nim;
  colour: Colour;
  /** What its processes hold here; null: not known. */
  heldMiB: number | null;
  /** What it needs here; null: not known. */
  needMiB: number | null;
  /** Which of the places that it was given this is, from 1 on, and how many there are. */
  part: number;
  parts: number;
}

export type SegmentKind = 'nim' | 'other' | 'unnamed' | 'reserved';

/** A piece of a lane's bar. What no piece covers is free. */
export interface Segment {
  kind: SegmentKind;
  memoryMiB: number;
  /** Null but of a NIM. */
  nim: { id: string; name: string; colour: Colour } | null;
}

/** A memory that containers are put into: of a GPU, or of one slice (which compute instances may share). */
export interface Lane {
  id: string;
  gpuIndex: number;
  /** Empty: the whole GPU. */
  slices: readonly MigDevice[];
  /** What a container can be given of it; the id is null where the engine would know it by no name. */
  targets: readonly { id: string | null; slice: MigDevice | null }[];
  totalMiB: number | null;
  usedMiB: number | null;
  /** What NIMs here need and do not hold yet, as far as there is room for it. */
  reservedMiB: number;
  /** Of processes that are no NIM's; null: not known, or not to which slice they belong. */
  othersMiB: number | null;
  nims: readonly LaneNim[];
  segments: readonly Segment[];
}

export interface BoardGpu {
  gpu: GpuDevice;
  /** Set where the driver has lost it and still lists it. */
  lost: LostGpu | null;
  lanes: readonly Lane[];
  holders: readonly MemoryHolder[];
}

export interface Board {
  gpus: readonly BoardGpu[];
  /** Those that are not listed any more. */
  lost: readonly LostGpu[];
  /** NIMs that are up and were given what this machine does not list. */
  strangers: readonly { nim: Nim; ids: readonly string[] }[];
}

export interface BoardParts {
  report: GpuReport;
  nims: readonly Nim[];
  holders: readonly MemoryHolder[];
  proofs: readonly GpuProof[];
  /** Of each device that a NIM was given, by its id; null: not known. */
  needs: Readonly<Record<string, number | null>>;
}

const up = new Set<Nim['status']>(['starting', 'ready', 'not-answering', 'paused', 'stopping', 'unknown']);
export const isUp = ({ status }: Pick<Nim, 'status'>): boolean => up.has(status);

/** Everything that the board shows, of everything that is known. Pure. */
export function buildBoard({ report, nims, holders, proofs, needs }: BoardParts): Board {
  const places = gpuPlaces(report);
  const running = nims.filter(isUp).toSorted((a, b) => a.createdAt.localeCompare(b.createdAt));
  const given = running.map((nim, index) => ({
    nim,
    colour: colours[index % colours.length] ?? 1,
    chosen: chosenPlaces(nim.gpus, places),
    proof: proofs.find(({ nimId }) => nimId === nim.id) ?? null,
  }));
  const lost = report.lost ?? [];

  function laneNims(memoryId: string, gpuIndex: number): LaneNim[] {
    return given.flatMap(({ nim, colour, chosen, proof }) => {
      const own = chosen.filter((place) => typeof place !== 'string');
      const memories = [...new Set(own.map((place) => place.memoryId))];
      const part = memories.indexOf(memoryId);
      if (part < 0) return [];
      const ofGpu = new Set(own.filter(({ gpu }) => gpu.index === gpuIndex).map((place) => place.memoryId)).size;
      const here = own.filter((place) => place.memoryId === memoryId);
      return [
        {
          nim,
          colour,
          heldMiB: heldHere(here, proof, ofGpu === 1 ? holdersOf(nim.id, gpuIndex) : null),
          needMiB: needs[nim.id] ?? null,
          part: part + 1,
          parts: memories.length,
        },
      ];
    });
  }

  const holdersOf = (nimId: string, gpuIndex: number) =>
    holders.filter((holder) => holder.nim?.id === nimId && holder.gpuIndex === gpuIndex);

  function toLane(memoryId: string, own: readonly GpuPlace[], gpu: GpuDevice): Lane {
    const slices = own.flatMap(({ slice }) => slice ?? []);
    const [first] = slices;
    const totalMiB = first === undefined ? gpu.memoryTotalMiB : first.memoryTotalMiB;
    const usedMiB = first === undefined ? gpu.memoryUsedMiB : first.memoryUsedMiB;
    const lane = laneNims(memoryId, gpu.index);
    // The driver names the GPU of a process, not its slice; where nobody else is on the card that does not matter.
    const others = holders.filter((holder) => holder.nim === null && holder.gpuIndex === gpu.index);
    const othersMiB = first === undefined || others.length === 0 ? sum(others) : null;
    return {
      id: memoryId,
      gpuIndex: gpu.index,
      slices,
      targets: own.map(({ slice }) => ({ id: slice === null ? gpu.uuid : slice.uuid, slice })),
      totalMiB,
      usedMiB,
      othersMiB,
      reservedMiB: reserved({ totalMiB, usedMiB, othersMiB, nims: lane }),
      nims: lane,
      segments: segmentsOf({ totalMiB, usedMiB, othersMiB, nims: lane }),
    };
  }

  const gpus = report.gpus.flatMap((gpu): BoardGpu[] => {
    const own = places.filter((place) => place.gpu === gpu);
    const byMemory = Map.groupBy(own, ({ memoryId }) => memoryId);
    const gone = lost.find(({ uuid, index }) => uuid === gpu.uuid || (gpu.uuid === null && index === gpu.index));
    return [
      {
        gpu,
        lost: gone ?? null,
        lanes: [...byMemory].map(([memoryId, each]) => toLane(memoryId, each, gpu)),
        holders: holders.filter((holder) => holder.gpuIndex === gpu.index),
      },
    ];
  });
  return {
    gpus,
    lost: lost.filter((each) => !gpus.some((shown) => shown.lost === each)),
    strangers: given.flatMap(({ nim, chosen }) => {
      const ids = chosen.filter((place) => typeof place === 'string');
      return ids.length === 0 ? [] : [{ nim, ids }];
    }),
  };
}

/** Null where anything of it is not known. */
function sum(holders: readonly { memoryMiB: number | null }[]): number | null {
  return holders.reduce<number | null>(
    (all, { memoryMiB }) => (all === null || memoryMiB === null ? null : all + memoryMiB),
    0,
  );
}

/** The proof knows slices; the list of processes knows GPUs, earlier. */
function heldHere(
  places: readonly GpuPlace[],
  proof: GpuProof | null,
  holders: readonly MemoryHolder[] | null,
): number | null {
  const proven =
    proof?.state === 'proven' ? proof.devices.filter(({ id }) => places.some((each) => each.id === id)) : [];
  if (proven.length > 0) return sum(proven);
  return holders === null || holders.length === 0 ? null : sum(holders);
}

type Memory = Pick<Lane, 'totalMiB' | 'usedMiB' | 'othersMiB' | 'nims'>;

/**
 * What NIMs here need and do not hold yet, as far as there is room for it. Where it is not known what one holds, that may
 * be all that is in use and nobody's.
 */
function reserved({ totalMiB, usedMiB, othersMiB, nims }: Memory): number {
  if (totalMiB === null || usedMiB === null) return 0;
  const held = nims.reduce((all, { heldMiB }) => all + (heldMiB ?? 0), 0);
  const isSomeUnknown = nims.some(({ heldMiB }) => heldMiB === null);
  let unnamed = isSomeUnknown ? Math.max(0, usedMiB - held - (othersMiB ?? 0)) : 0;
  let wanted = 0;
  for (const { heldMiB, needMiB } of nims) {
    let more = Math.max(0, (needMiB ?? 0) - (heldMiB ?? 0));
    if (heldMiB === null) {
      const covered = Math.min(more, unnamed);
      unnamed -= covered;
      more -= covered;
    }
    wanted += more;
  }
  return Math.min(wanted, Math.max(0, totalMiB - usedMiB));
}

/** Pieces in the order in which they are drawn; together never more than there is. */
export function segmentsOf(memory: Memory): Segment[] {
  const { totalMiB, usedMiB, othersMiB, nims } = memory;
  if (totalMiB === null || usedMiB === null || totalMiB <= 0) return [];
  const segments: Segment[] = [];
  let left = totalMiB;
  const add = (kind: SegmentKind, memoryMiB: number, nim: Segment['nim'] = null) => {
    const drawn = Math.min(left, memoryMiB);
    left -= drawn;
    if (drawn > 0) segments.push({ kind, memoryMiB: drawn, nim });
  };
  for (const { nim, colour, heldMiB } of nims) add('nim', heldMiB ?? 0, { id: nim.id, name: nim.name, colour });
  const named = totalMiB - left;
  add('other', Math.min(othersMiB ?? 0, Math.max(0, usedMiB - named)));
  add('unnamed', Math.max(0, usedMiB - (totalMiB - left)));
  add('reserved', reserved(memory));
  return segments;
}
