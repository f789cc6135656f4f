import { type MachineFacts, type PlacedGpu, type PlacedSlice, profileOf, sliceMemoryMiB } from './boards.ts';

export interface RunningProcess {
  readonly pid: number;
  readonly type: 'C' | 'G' | 'C+G';
  readonly name: string;
  readonly memoryMiB: number;
  /** Of a slice; null on a whole GPU. */
  readonly gi: number | null;
  /** From 0 to 1. */
  work: number;
}

export interface SliceState {
  readonly placed: PlacedSlice;
  readonly index: number;
  readonly totalMiB: number;
  readonly usedMiB: number;
}

/** A GPU at one moment: what every text of nvidia-smi is made of. */
export interface GpuState {
  readonly facts: PlacedGpu;
  readonly index: number;
  readonly usedMiB: number;
  readonly freeMiB: number;
  readonly slices: readonly SliceState[];
  readonly processes: readonly RunningProcess[];
  /** Anything of CUDA runs on it. */
  readonly isLoaded: boolean;
  /** From 0 to 1. */
  readonly work: number;
  readonly celsius: number;
  readonly watts: number;
  readonly clocks: readonly [graphics: number, memory: number, video: number];
}

/** How fast a heat sink follows: after this much time the way to the new temperature is done by two thirds. */
const warmUpMs = 40_000;
/** What a slice keeps for itself with nothing running, of its total: 9 of 9984, 17 of 20096, 26 of 40448 MiB. */
const idleShareOfSlice = 0.0009;

/** Memory, processes and heat of the GPUs of one machine. Times are milliseconds. */
export function createState(machine: MachineFacts, startedAt: number) {
  const lost = new Set<string>();
  const held = new Map<RunningProcess, string>();
  const heat = machine.gpus.map(({ board }) => ({ celsius: board.celsius.idle, at: startedAt }));

  function at(now: number): GpuState[] {
    return machine.gpus.map((facts, index) => sample(facts, index, now));
  }

  function sample(facts: PlacedGpu, index: number, now: number): GpuState {
    const { board } = facts;
    const processes = [...held].flatMap(([process, uuid]) => (uuid === facts.uuid ? [process] : []));
    const slices = facts.slices.map((placed, number) => sliceState(facts, placed, number, processes));
    const desktop = facts.desktop.map((process) => ({ ...process, gi: null, work: 0 }));
    const processMiB = [...desktop, ...processes].reduce((sum, { memoryMiB }) => sum + memoryMiB, 0);
    const usedMiB =
      slices.length > 0 ? slices.reduce((sum, slice) => sum + slice.usedMiB, 0) : board.memory.idleMiB + processMiB;
    const isLoaded = processes.length > 0;
    const work = Math.min(1, shareOfWork(facts, processes));
    const celsius = follow(
      index,
      board.celsius.idle + (board.celsius.busy - board.celsius.idle) * heating(work, isLoaded),
      now,
    );
    return {
      facts,
      index,
      usedMiB,
      freeMiB: board.memory.totalMiB - board.memory.reservedMiB - usedMiB,
      slices,
      processes: [...desktop, ...processes],
      isLoaded,
      work,
      celsius: Math.round(celsius),
      watts: watts(facts, index, work, isLoaded, now),
      clocks: isLoaded ? boosted(facts, work) : board.clocks.idle,
    };
  }

  /** The heat sink on its way to the temperature that today's work would end at. */
  function follow(index: number, target: number, now: number): number {
    const place = heat[index];
    if (place === undefined) return target;
    const elapsed = Math.max(0, now - place.at);
    place.celsius = target + (place.celsius - target) * Math.exp(-elapsed / warmUpMs);
    place.at = now;
    return place.celsius;
  }

  return {
    at,
    lost,
    held,
    /** Nothing runs and every card is cold again: what nvidia-smi says no longer changes by itself. */
    isAtRest: (): boolean =>
      held.size === 0 &&
      machine.gpus.every(({ board }, index) => Math.abs((heat[index]?.celsius ?? 0) - board.celsius.idle) < 0.5),
  };
}

function sliceState(
  gpu: PlacedGpu,
  placed: PlacedSlice,
  index: number,
  running: readonly RunningProcess[],
): SliceState {
  const totalMiB = sliceMemoryMiB(profileOf(gpu.board, placed.profile));
  const held = running.reduce((sum, { gi, memoryMiB }) => sum + (gi === placed.gi ? memoryMiB : 0), 0);
  return { placed, index, totalMiB, usedMiB: Math.round(totalMiB * idleShareOfSlice) + held };
}

/** Of a card in slices, each process works only its slice's share of the multiprocessors. */
function shareOfWork({ board, slices }: PlacedGpu, running: readonly RunningProcess[]): number {
  const all = Math.max(...board.slices.map(({ multiprocessors }) => multiprocessors), 1);
  return running.reduce((sum, { gi, work }) => {
    const slice = slices.find((placed) => placed.gi === gi);
    const share = slice === undefined ? 1 : profileOf(board, slice.profile).multiprocessors / all;
    return sum + work * share;
  }, 0);
}

const heating = (work: number, isLoaded: boolean): number => (isLoaded ? 0.12 + 0.88 * work : 0);

function watts({ board: { power } }: PlacedGpu, index: number, work: number, isLoaded: boolean, now: number): number {
  const mean = isLoaded ? power.loaded + (power.busy - power.loaded) * work : power.idle;
  // Real readings are never still; this one moves with the clock, so that the same moment reads the same.
  const unrest = Math.sin(now / 3_700 + index * 2.1) * 0.6 + Math.sin(now / 1_300 + index) * 0.4;
  return mean * (1 + 0.015 * unrest);
}

function boosted({ board: { clocks } }: PlacedGpu, work: number): GpuState['clocks'] {
  const [graphics, memory, video] = clocks.max;
  // A hot card leaves its highest steps.
  const steps = Math.round((graphics * 0.12 * work) / clocks.step) * clocks.step;
  return [graphics - steps, memory, Math.round(video * (1 - 0.1 * work))];
}
