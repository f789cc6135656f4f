import type { Machine } from '../machines/machine.ts';
import type { EngineFault, Provoked } from './faults.ts';
import type { ImageRecipe } from './image.ts';

/** Whose streams, texts and version numbers: Docker 26.1 with overlay2 or containerd's store, Docker 29, Podman 5. */
export const storeModes = ['overlay2', 'containerd-26', 'containerd-29', 'podman'] as const;
export type StoreMode = (typeof storeModes)[number];

export interface EnginePace {
  /** Of a pull, all layers together. */
  bytesPerSecond: number;
  /** Divides the times of a NIM's start (136 s as measured) and what else takes time. */
  speed: number;
}

export interface EngineOptions {
  /** Path of the unix socket, or of the named pipe. */
  socket: string;
  store: StoreMode;
  machine: Machine;
  /** What can be pulled. */
  images: readonly ImageRecipe[];
  /** Of these and any other reference: an image made up, or null for “not found”. Without it: any under `nvcr.io/nim/`. */
  otherImage?: (reference: string) => ImageRecipe | null;
  /** References that are there from the beginning. */
  present?: readonly string[];
  /** Whether this key may pull; asked for images that need one, and for a key that is sent along. */
  isKeyRight: (key: string) => boolean | Promise<boolean>;
  pace: EnginePace;
  /** `linux/amd64` unless the machine says otherwise. */
  architecture?: 'x86_64' | 'aarch64';
}

export interface SandboxEngine {
  /** For `DOCKER_HOST`. */
  readonly host: string;
  /** Happens at its next occasion, or at once. False: there is nothing it could happen to (no NIM runs). */
  provoke(fault: EngineFault): boolean;
  /** Takes back what waits or lasts; without a name everything. */
  undo(fault?: EngineFault): void;
  provoked(): readonly Provoked[];
  onChange(listener: () => void): () => void;
  setPace(pace: Partial<EnginePace>): void;
  /** Containers that run keep what they hold; only for an engine on which nothing runs. */
  setMachine(machine: Machine): void;
  /** Ends every container and pull; leaves no socket, port or timer. */
  close(): Promise<void>;
}

export function startEngine(options: EngineOptions): Promise<SandboxEngine> {
  return Promise.reject(new Error(`The engine at ${options.socket} is being built.`));
}
