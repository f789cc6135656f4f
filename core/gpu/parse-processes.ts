import { amountOf, integerOf, textOf } from './values.ts';

/** A process in a GPU's memory, as the driver's report names it. */
export interface SmiProcess {
  gpuUuid: string | null;
  /** With MIG the slice that it runs on, by GPU instance and compute instance; null without. */
  gi: number | null;
  ci: number | null;
  /** Of the machine that nvidia-smi ran on. */
  pid: number;
  /** Null where the driver does not say it: Windows, WSL. */
  memoryMiB: number | null;
  processName: string | null;
}

/** The elements of it that `toProcess` reads. */
export const processFields = ['pid', 'gpu_instance_id', 'compute_instance_id', 'used_memory', 'process_name'];

/**
 * One `<process_info>` of `nvidia-smi -q -x`: the only output that says which slice a process is on (gpu facts 1.5 and
 * 7). Null where it names no process.
 * @param fields by element name
 */
export function toProcess(gpuUuid: string | null, fields: ReadonlyMap<string, string>): SmiProcess | null {
  const pid = integerOf(fields.get('pid'));
  if (pid === null) return null;
  return {
    gpuUuid,
    gi: integerOf(fields.get('gpu_instance_id')),
    ci: integerOf(fields.get('compute_instance_id')),
    pid,
    memoryMiB: amountOf(fields.get('used_memory')),
    processName: textOf(fields.get('process_name')),
  };
}
