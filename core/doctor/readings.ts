import type { EngineState } from '../../shared/contract/engine.ts';
import type { Failure } from '../../shared/contract/common.ts';
import type { GpuReport } from '../../shared/contract/gpu.ts';
import type { Job } from '../../shared/contract/jobs.ts';
import type { NgcStatus } from '../../shared/contract/ngc.ts';
import { cancelled, isAppError } from '../../shared/errors.ts';
import { redact } from '../lib/redact.ts';

/** What one look found, or why it found nothing. Exactly one of `value` and `failure` is null. */
export interface Reading<T> {
  value: T | null;
  failure: Failure | null;
  /** ISO 8601. */
  endedAt: string;
  tookMs: number;
}

export interface PciCard {
  /** `0000:01:00.0` */
  address: string;
  /** `10DE:2684` */
  id: string;
  /** The kernel module that has it: `nvidia`, `nouveau`, `vfio-pci`; null: none. */
  driver: string | null;
}

export interface MachineReading {
  kind: 'linux' | 'wsl' | 'windows' | 'macos' | 'other';
  /** As the kernel calls itself; null where it does not say. */
  kernel: string | null;
  /** Nimdeck itself runs in a container: it sees what that was given, not the machine. */
  isContainer: boolean;
  /** NVIDIA's display and compute cards; null where the bus cannot be read. */
  cards: PciCard[] | null;
  /** A board whose GPU is in the processor, on no bus (Jetson). */
  isTegra: boolean;
  /** Of WSL: whether Windows gives its GPU. */
  hasDxg: boolean;
  /** Of the kernel module that is loaded; null: none, or not said. */
  moduleVersion: string | null;
  /** Variables of Nimdeck's own surroundings that choose GPUs. */
  variables: { name: string; value: string }[];
  /** Nimdeck's own proxy settings, without user names. */
  proxies: { name: string; value: string }[];
}

export interface CdiFile {
  path: string;
  /** `nvidia.com/gpu`; null where the file could not be understood. */
  kind: string | null;
  /** Devices, as they stand behind the `=`. */
  names: string[];
  /** Of the libraries that it names; several where it is a mixture. */
  driverVersions: string[];
}

export interface ToolkitReading {
  /** Absolute paths of NVIDIA's programs that were found, of those that were looked for. */
  programs: string[];
  lookedIn: string[];
  cdiFolders: string[];
  cdiFiles: CdiFile[];
  /** Files of the folders that could not be read, with the reason. */
  unreadable: string[];
}

export interface EngineContainer {
  name: string;
  shmBytes: number | null;
  /** -1: all. */
  gpuCount: number;
  /** Only those that choose GPUs. */
  variables: { name: string; value: string }[];
}

export interface EngineFacts {
  id: string | null;
  osType: string | null;
  kernel: string | null;
  memoryBytes: number | null;
  defaultRuntime: string | null;
  runtimes: string[];
  /** Null where the engine is older than 25 or has CDI off. */
  cdiFolders: string[] | null;
  /** `nvidia.com/gpu=0`; null before 28.2, which does not tell. */
  discovered: string[] | null;
  /** Where containerd listens; null where the engine does not say. */
  containerdAddress: string | null;
  proxies: { name: string; value: string }[];
  images: { reference: string; nimVersion: string | null; isNim: boolean; sizeBytes: number }[];
  /** Those that Nimdeck made. */
  containers: EngineContainer[];
}

export interface DiskReading {
  what: 'engine' | 'containerd' | 'cache';
  folder: string;
  freeBytes: number | null;
  totalBytes: number | null;
  /** Why the figures are null. */
  problem: string | null;
  source: string;
}

export type CacheReading =
  | { kind: 'volume'; name: string; why: string }
  | {
      kind: 'folder';
      folder: string;
      /** The folder itself, or the nearest one above it. */
      existing: string;
      exists: boolean;
      isFolder: boolean;
      canWrite: boolean;
      mode: number;
      userId: number;
      groupId: number;
      ownUserId: number | null;
      /** Entries in it that this user may not write. */
      closed: string[];
    };

export interface HostReading {
  host: string;
  what: string;
  /** Without it nothing is pulled. */
  isNeeded: boolean;
  state: 'reached' | 'failed';
  /** What it answered, or what went wrong. */
  text: string;
  failure: Failure | null;
  tookMs: number;
}

export interface KeyReading {
  status: NgcStatus;
  /** The newest job that was refused without a key. */
  refused: Pick<Job, 'title'> | null;
}

export interface ProbeReading {
  outcome: 'saw' | 'no-gpu' | 'cannot-tell' | 'refused' | 'no-image' | 'no-answer';
  image: string | null;
  /** How the GPU was asked for, in the engine's words. */
  request: string | null;
  /** What the container printed, or the engine's refusal. */
  lines: string[];
  /** UUIDs of GPUs and slices that it listed. */
  seen: string[];
  failure: Failure | null;
  /** Engine, driver and MIG layout that it holds for. */
  holdsFor: string;
}

export interface Readings {
  machine: MachineReading;
  gpu: GpuReport;
  engine: EngineState;
  facts: EngineFacts;
  toolkit: ToolkitReading;
  disks: DiskReading[];
  cache: CacheReading;
  key: KeyReading;
  hosts: HostReading[];
  probe: ProbeReading;
}

export type ReadingName = keyof Readings;
/** Undefined: not looked at yet. */
export type KnownReadings = { [Name in ReadingName]?: Reading<Readings[Name]> | undefined };

/**
 * Looks, within a time: file systems and drivers can hang for ever and heed no signal. Rejects only when the caller's
 * signal aborts.
 */
export async function readWithin<T>(
  { limitMs, now, signal, what }: { limitMs: number; now: () => number; signal: AbortSignal; what: string },
  look: (signal: AbortSignal) => Promise<T>,
): Promise<Reading<T>> {
  const begin = performance.now();
  const limit = AbortSignal.timeout(limitMs);
  const ended = Promise.withResolvers<never>();
  const end = () => ended.reject(signal.aborted ? cancelled() : new Error('time limit'));
  const both = AbortSignal.any([signal, limit]);
  both.addEventListener('abort', end, { once: true });
  const finish = (value: T | null, failure: Failure | null): Reading<T> => ({
    value,
    failure,
    endedAt: new Date(now()).toISOString(),
    tookMs: Math.round(performance.now() - begin),
  });
  try {
    signal.throwIfAborted();
    return finish(await Promise.race([look(both), ended.promise]), null);
  } catch (error) {
    if (signal.aborted) throw cancelled();
    if (limit.aborted) {
      const message = `${what} gave no answer within ${Math.round(limitMs / 1000)} s.`;
      return finish(null, { code: 'INTERNAL', message });
    }
    if (isAppError(error)) return finish(null, error.toFailure());
    const said = error instanceof Error ? error.message : String(error);
    return finish(null, { code: 'INTERNAL', message: redact(`${what} could not be looked at: ${said}`) });
  } finally {
    both.removeEventListener('abort', end);
  }
}

/** A proxy's address may hold a user name and a password: only where it is. */
export function withoutCredentials(address: string): string {
  return redact(address.replace(/\/\/[^/@]*@/, '//').replace(/^[^/@]*@/, ''));
}
