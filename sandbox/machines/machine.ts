export const machineIds = [
  'rtx-4090',
  'two-rtx-6000-ada',
  'h100-mig-7',
  'a100-mig-mixed',
  'gb10',
  'none',
  'driver-broken',
] as const;

export type MachineId = (typeof machineIds)[number];

/** What an engine can give to a container: a whole GPU, or a slice of one. */
export interface SimulatedDevice {
  readonly uuid: string;
  readonly kind: 'gpu' | 'mig';
  /** Of a slice: its number on its GPU. */
  readonly index: number;
  readonly name: string;
  /** With unified memory: the system's. */
  readonly memoryTotalMiB: number;
  readonly memoryUsedMiB: number;
  readonly isUnified: boolean;
  readonly parentUuid?: string;
}

export type Resolution =
  | { readonly ok: true; readonly devices: readonly SimulatedDevice[] }
  | { readonly ok: false; readonly message: string };

export type Holding = { readonly ok: true; release(): void } | { readonly ok: false; readonly freeMiB: number };

export interface Machine {
  readonly id: MachineId;
  readonly title: string;
  /** Absolute path of the program. */
  readonly nvidiaSmi: string;
  /** Without those that were lost. A GPU in MIG mode is listed beside its slices. */
  devices(): SimulatedDevice[];
  /** What an engine's GPU request gets: the devices, or the words with which NVIDIA's hook refuses. `count` -1 is all. */
  resolve(request: { count?: number; deviceIds?: readonly string[] }): Resolution;
  /** A process on a device; what `nvidia-smi` prints follows. Refused when it does not fit, or the device is not there. */
  hold(use: { pid: number; name: string; deviceUuid: string; memoryMiB: number }): Holding;
  /** The GPU falls off the bus, and its slices with it. Its processes keep what they hold until they release it. */
  lose(uuid: string): void;
  restore(): void;
  onChange(listener: () => void): () => void;
  /** Removes what it wrote. */
  close(): Promise<void>;
}

/** `folder` is made if need be; the program and what it prints lie there. */
export function createMachine(id: MachineId, folder: string): Promise<Machine> {
  return Promise.reject(new Error(`Machine ${id} for ${folder} is being built.`));
}
