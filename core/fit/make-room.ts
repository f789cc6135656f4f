/** A GPU or a slice that something new may be put on. MiB. */
export interface RoomDevice {
  id: string;
  /** What nobody holds now. */
  freeMiB: number;
  /** What must be free here; null: it never fits here, whoever is stopped. */
  neededMiB: number | null;
  /** Devices of one kind can share a model. */
  kind: string;
}

export interface RoomNim {
  id: string;
  /** What it gives back when it is stopped, by device; only what is known. */
  holds: ReadonlyMap<string, number>;
  /** Ready, and serves no request now. */
  isIdle: boolean;
}

export interface Board {
  devices: readonly RoomDevice[];
  nims: readonly RoomNim[];
}

/** So many steps are a few tenths of a second; a board that needs more has answers enough by then. */
const mostSteps = 300_000;

/**
 * Which NIMs to stop so that `gpus` devices of one kind have room: the sets of the fewest NIMs, those that give up the least
 * memory first, then those with the most idle NIMs, then by id. `[]`: no set is enough; `[[]]`: nothing must be stopped.
 * @param limit so many sets at most
 */
export function stopToMakeRoom(board: Board, gpus: number, limit = 5): string[][] {
  const nims = board.nims.filter(({ holds }) => board.devices.some(({ id }) => (holds.get(id) ?? 0) > 0));
  if (!hasRoom(board.devices, nims, gpus)) return [];
  for (let size = 0; size <= nims.length; size += 1) {
    const sets = setsOf(size, board.devices, nims, gpus);
    if (sets.length === 0) continue;
    return sets
      .toSorted(byCost)
      .slice(0, limit)
      .map((set) => set.map(({ id }) => id));
  }
  return [];
}

function hasRoom(devices: readonly RoomDevice[], stopped: readonly RoomNim[], gpus: number): boolean {
  return haveRoom(devices, gpus, (id) => stopped.reduce((sum, { holds }) => sum + (holds.get(id) ?? 0), 0));
}

function haveRoom(devices: readonly RoomDevice[], gpus: number, freed: (id: string) => number): boolean {
  const ready = new Map<string, number>();
  for (const { id, freeMiB, neededMiB, kind } of devices) {
    if (neededMiB !== null && freeMiB + freed(id) >= neededMiB) ready.set(kind, (ready.get(kind) ?? 0) + 1);
  }
  return [...ready.values()].some((count) => count >= gpus);
}

/** All sets of exactly this size that are enough. */
function setsOf(size: number, devices: readonly RoomDevice[], nims: readonly RoomNim[], gpus: number): RoomNim[][] {
  const found: RoomNim[][] = [];
  let steps = 0;

  /** The most that so many of the NIMs from `from` on could give back on a device. */
  const mostOf = (id: string, from: number, count: number) =>
    nims
      .slice(from)
      .map(({ holds }) => holds.get(id) ?? 0)
      .toSorted((a, b) => b - a)
      .slice(0, count)
      .reduce((sum, each) => sum + each, 0);

  function extend(chosen: readonly RoomNim[], from: number): void {
    steps += 1;
    if (steps > mostSteps) return;
    const missing = size - chosen.length;
    const given = (id: string) => chosen.reduce((sum, { holds }) => sum + (holds.get(id) ?? 0), 0);
    if (missing === 0) {
      if (hasRoom(devices, chosen, gpus)) found.push([...chosen]);
      return;
    }
    if (!haveRoom(devices, gpus, (id) => given(id) + mostOf(id, from, missing))) return;
    for (let next = from; next <= nims.length - missing; next += 1) {
      const nim = nims[next];
      if (nim !== undefined) extend([...chosen, nim], next + 1);
    }
  }

  extend([], 0);
  return found;
}

const memoryOf = (set: readonly RoomNim[]) =>
  set.reduce((sum, { holds }) => sum + [...holds.values()].reduce((each, held) => each + held, 0), 0);
const idleOf = (set: readonly RoomNim[]) => set.filter(({ isIdle }) => isIdle).length;
const namesOf = (set: readonly RoomNim[]) =>
  set
    .map(({ id }) => id)
    .toSorted()
    .join(' ');

function byCost(a: readonly RoomNim[], b: readonly RoomNim[]): number {
  return memoryOf(a) - memoryOf(b) || idleOf(b) - idleOf(a) || (namesOf(a) < namesOf(b) ? -1 : 1);
}
