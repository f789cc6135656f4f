import type { ErrorCode } from '../../shared/errors.ts';

/** What a saved output of nvidia-smi says, by the kind of output; the fields are those of `gpus --from` (json.md). */
export type SmiOutput =
  | { format: 'xml' | 'list' | 'q-text' | 'table' | 'query-gpu-csv'; gpus: SavedGpu[] }
  | { format: 'compute-apps-csv'; apps: SavedApp[] }
  | { format: 'mig-lgi'; instances: SavedGpuInstance[] }
  | { format: 'mig-lci'; instances: SavedComputeInstance[] }
  | { format: 'mig-lgip'; profiles: SavedProfile[] }
  | { format: 'mig-lgipp'; placements: SavedPlacement[] }
  | { format: 'topo'; gpusInMatrix: string[]; cpuAffinity: Record<string, string>; hasAnsiEscape: boolean }
  | { format: 'version'; driverVersion: string | null; cudaVersion: string | null }
  /** An error, or that nothing is there; `evidence` is the line that says it. */
  | { format: 'stdout'; gpus: []; problem: { code: ErrorCode; evidence: string } };

/** Null where this kind of output does not say it. */
export interface SavedGpu {
  index: number;
  /** As printed: the plain table cuts long ones. */
  name: string | null;
  uuid: string | null;
  memoryTotalMiB: number | null;
  driverVersion: string | null;
  cudaVersion: string | null;
  migEnabled: boolean | null;
  migDevices: SavedSlice[] | null;
}

export interface SavedSlice {
  gi: number | null;
  ci: number | null;
  memoryTotalMiB: number | null;
  uuid: string | null;
  /** Of the list only. */
  index?: number;
  profile?: string;
}

export interface SavedApp {
  /** Under MIG the parent's (gpu facts 7). */
  gpuUuid: string | null;
  pid: number | null;
  processName: string | null;
  usedMemoryMiB: number | null;
}

export interface SavedGpuInstance {
  gpu: number;
  name: string;
  profileId: number;
  gi: number;
  start: number;
  size: number;
}

export interface SavedComputeInstance {
  gpu: number;
  gi: number;
  name: string;
  profileId: number;
  ci: number;
  /** Old drivers have no such column. */
  start: number | null;
  size: number | null;
}

export interface SavedProfile {
  gpu: number;
  name: string;
  id: number;
  /** How many more fit beside what is there. */
  free: number;
  total: number;
  memoryGiB: number;
  p2p: string;
  sm: number;
  dec: number;
  enc: number;
  ce: number | null;
  jpeg: number | null;
  ofa: number | null;
}

export interface SavedPlacement {
  gpu: number;
  id: number;
  starts: number[];
  size: number;
}
