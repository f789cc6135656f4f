import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { machineFacts, type MachineId } from './boards.ts';
import type { Resolution, SimulatedDevice } from './device.ts';
import { createProgram } from './program.ts';
import { resolveRequest } from './resolve.ts';
import { createState, type GpuState, type RunningProcess } from './state.ts';
import { removeSystemFiles, writeSystemFiles } from './system-files.ts';
import { failing, type Texts, working } from './texts.ts';

export { type MachineId, machineIds } from './boards.ts';
export type { Resolution, SimulatedDevice } from './device.ts';

export type Holding =
  | {
      readonly ok: true;
      /** How busy it keeps the device, from 0 to 1; heat, power and utilisation follow. */
      work(share: number): void;
      release(): void;
    }
  | { readonly ok: false; readonly freeMiB: number };

export interface Machine {
  readonly id: MachineId;
  readonly title: string;
  /** Absolute path of the program. Nothing is there on a machine without anything of NVIDIA. */
  readonly nvidiaSmi: string;
  /** What to start for it, and what stands before its own arguments: Windows starts no script by its path. */
  readonly command: readonly string[];
  /** Absolute path of a file in the form of /proc/meminfo: where the memory of a board that shares the system's is read. */
  readonly memInfo: string;
  /** Absolute path of a folder that stands for its root: /sys, /proc, NVIDIA's toolkit and CDI file. */
  readonly systemRoot: string;
  /** Without those that were lost. A GPU in MIG mode is listed before its slices. */
  devices(): SimulatedDevice[];
  /** What an engine's GPU request gets: the devices, or the words with which NVIDIA's tools refuse. `count` -1 is all. */
  resolve(request: { count?: number; deviceIds?: readonly string[] }): Resolution;
  /**
   * A process on a device; what `nvidia-smi` prints follows. Refused when it does not fit, when the device is not there,
   * and on a GPU that is cut in slices: nothing of CUDA runs on that itself.
   */
  hold(use: { pid: number; name: string; deviceUuid: string; memoryMiB: number }): Holding;
  /** The GPU falls off the bus, and its slices with it; what its processes hold is gone when they release it. */
  lose(uuid: string): void;
  restore(): void;
  onChange(listener: () => void): () => void;
  /** Removes what it wrote. */
  close(): Promise<void>;
}

export interface MachineOptions {
  now?: () => number;
  platform?: NodeJS.Platform;
}

/** How often heat, power and clocks move while something runs; who watches reads every two seconds. */
const moveEveryMs = 2_000;

/** @param folder the machine's own; made if need be. The program and what it prints lie there. */
export async function createMachine(
  id: MachineId,
  folder: string,
  { now = Date.now, platform = process.platform }: MachineOptions = {},
): Promise<Machine> {
  const facts = machineFacts[id];
  mkdirSync(folder, { recursive: true });
  const memInfo = join(folder, 'meminfo');
  const systemRoot = join(folder, 'root');
  removeSystemFiles(systemRoot);
  writeSystemFiles(systemRoot, facts);
  const program = createProgram(folder, platform, facts.state !== 'no-program');
  const state = createState(facts, now());
  const listeners = new Set<() => void>();
  let timer: NodeJS.Timeout | null = null;

  const present = (): GpuState[] => state.at(now()).filter(({ facts: { uuid } }) => !state.lost.has(uuid));

  function textsNow(): Texts {
    if (facts.state === 'mismatch') {
      return failing(18, 'Failed to initialize NVML: Driver/library version mismatch', 'NVML library version: 595.58');
    }
    const warnings = facts.gpus
      .filter(({ uuid }) => state.lost.has(uuid))
      .map(
        ({ busId }) =>
          `Unable to determine the device handle for GPU${busId.slice(4)}: GPU is lost. Reboot the system to recover this GPU`,
      );
    const gpus = present();
    return gpus.length === 0 && warnings.length > 0
      ? failing(15, ...warnings)
      : working(facts, gpus, warnings, new Date(now()));
  }

  function write(): void {
    program.show(textsNow());
    writeFileSync(memInfo, memoryOfSystem());
  }

  function memoryOfSystem(): string {
    const held = [...state.held.keys()].reduce((sum, { memoryMiB }) => sum + memoryMiB, 0);
    const isUnified = facts.gpus.some(({ board }) => board.isUnified);
    // The system itself and what a desktop keeps open.
    const used = Math.round(facts.systemMemoryMiB * 0.04) + (isUnified ? held : 0);
    const line = (name: string, mib: number) => `${`${name}:`.padEnd(16)}${String(mib * 1024).padStart(8)} kB\n`;
    const free = facts.systemMemoryMiB - used;
    return line('MemTotal', facts.systemMemoryMiB) + line('MemFree', free) + line('MemAvailable', free);
  }

  function changed(): void {
    write();
    timer ??= setInterval(move, moveEveryMs).unref();
    for (const listener of listeners) listener();
  }

  /** Only while something runs, and until the cards are cold again. */
  function move(): void {
    write();
    if (!state.isAtRest()) return;
    clearInterval(timer ?? undefined);
    timer = null;
  }

  function devices(): SimulatedDevice[] {
    return present().flatMap(devicesOf);
  }

  write();
  return {
    id,
    title: facts.title,
    nvidiaSmi: program.path,
    command: program.command,
    memInfo,
    systemRoot,
    devices,
    resolve: (request) => resolveRequest(facts.state, devices(), request),
    hold({ pid, name, deviceUuid, memoryMiB }) {
      const place = placeOf(present(), deviceUuid);
      if (place === null || memoryMiB > place.freeMiB) return { ok: false, freeMiB: place?.freeMiB ?? 0 };
      const held: RunningProcess = { pid, name, memoryMiB, type: 'C', gi: place.gi, work: 0 };
      state.held.set(held, place.gpuUuid);
      changed();
      return {
        ok: true,
        work(share) {
          const work = Math.min(1, Math.max(0, share));
          if (held.work === work || !state.held.has(held)) return;
          // Read by the next move: a token more or less is not worth a dozen files.
          held.work = work;
        },
        release() {
          if (state.held.delete(held)) changed();
        },
      };
    },
    lose(uuid) {
      const gpu = facts.gpus.find((other) => other.uuid === uuid || other.slices.some((slice) => slice.uuid === uuid));
      if (gpu === undefined || state.lost.has(gpu.uuid)) return;
      state.lost.add(gpu.uuid);
      changed();
    },
    restore() {
      if (state.lost.size === 0) return;
      state.lost.clear();
      changed();
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async close() {
      clearInterval(timer ?? undefined);
      listeners.clear();
      program.remove();
      rmSync(memInfo, { force: true });
      removeSystemFiles(systemRoot);
    },
  };
}

function devicesOf({ facts: { board, uuid }, index, usedMiB, slices }: GpuState): SimulatedDevice[] {
  const gpu: SimulatedDevice = {
    uuid,
    kind: 'gpu',
    index,
    name: board.name,
    memoryTotalMiB: board.memory.totalMiB,
    memoryUsedMiB: usedMiB,
    isUnified: board.isUnified,
  };
  const cut = slices.map(({ placed, index: number, totalMiB, usedMiB: used }): SimulatedDevice => ({
    uuid: placed.uuid,
    kind: 'mig',
    index: number,
    name: `${board.name} MIG ${placed.profile}`,
    memoryTotalMiB: totalMiB,
    memoryUsedMiB: used,
    isUnified: false,
    parentUuid: uuid,
  }));
  return [gpu, ...cut];
}

/** Where a process could be; null for what is not there or cannot run anything. */
function placeOf(
  gpus: readonly GpuState[],
  uuid: string,
): { gpuUuid: string; gi: number | null; freeMiB: number } | null {
  for (const { facts, slices, freeMiB } of gpus) {
    if (facts.uuid === uuid) return slices.length > 0 ? null : { gpuUuid: facts.uuid, gi: null, freeMiB };
    const slice = slices.find(({ placed }) => placed.uuid === uuid);
    if (slice !== undefined) {
      return { gpuUuid: facts.uuid, gi: slice.placed.gi, freeMiB: slice.totalMiB - slice.usedMiB };
    }
  }
  return null;
}
