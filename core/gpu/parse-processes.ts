import { amountOf, integerOf, textOf } from './values.ts';

/** In this order: only the name may hold a comma, so it stands last. */
export const processFields = 'gpu_uuid,pid,used_memory,process_name';

export interface SmiProcess {
  gpuUuid: string | null;
  pid: number;
  memoryMiB: number | null;
  processName: string | null;
}

/** `--query-compute-apps` without head and units. Lines that are none (warnings about a broken board) are left out. */
export function parseProcesses(text: string): SmiProcess[] {
  return text.split('\n').flatMap((line) => {
    const [uuid, pid, memory, ...name] = line.split(',');
    const number = integerOf(pid);
    if (number === null) return [];
    return { gpuUuid: textOf(uuid), pid: number, memoryMiB: amountOf(memory), processName: textOf(name.join(',')) };
  });
}
