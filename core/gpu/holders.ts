import type Docker from 'dockerode';
import type { MemoryHolder } from '../../shared/contract/gpu.ts';
import type { Api } from '../../shared/contract/index.ts';
import type { Nim } from '../../shared/contract/nims.ts';
import { cancelled } from '../../shared/errors.ts';
import { z } from '../../shared/zod.ts';
import type { CoreDeps } from '../deps.ts';
import { askEngine } from '../engine/ask.ts';
import type { GpuService } from './service.ts';

interface HoldersParts {
  gpu: Pick<GpuService, 'api' | 'processes'>;
  /** Throws where there is no engine. */
  docker: () => Docker;
  nims: Pick<Api['nims'], 'watch'>;
}

async function listNims(nims: HoldersParts['nims'], signal: AbortSignal): Promise<Nim[]> {
  for await (const list of nims.watch({}, { signal })) return list.nims;
  return [];
}

const topAnswer = z.object({ Titles: z.array(z.string()), Processes: z.array(z.array(z.string())) });
const isOver = new Set(['stopped', 'exited']);

/** Joins what the driver says of processes with what the engine says of containers, by the numbers of this machine. */
export function createHolders(
  { log }: Pick<CoreDeps, 'log'>,
  { gpu, docker, nims }: HoldersParts,
): Api['gpu']['holders'] {
  async function processesOf(nimId: string, signal: AbortSignal): Promise<number[]> {
    try {
      const answer = await askEngine(docker(), { method: 'GET', path: `/containers/${nimId}/top` }, signal);
      const { Titles, Processes } = topAnswer.parse(answer);
      const column = Titles.indexOf('PID');
      return Processes.map((row) => Number(row[column]));
    } catch (error) {
      if (signal.aborted) throw cancelled();
      // It may have ended just now; what its processes held is then named by the driver alone.
      log.info('gpu.no-processes', { nimId, reason: error instanceof Error ? error.message : String(error) });
      return [];
    }
  }

  return async (_input, options) => {
    const signal = options?.signal ?? new AbortController().signal;
    const report = await gpu.api.read({}, { signal });
    const held = await gpu.processes(signal);
    if (held.length === 0) return [];
    const owners = new Map<number, MemoryHolder['nim']>();
    for (const { id, name, status } of await listNims(nims, signal)) {
      if (isOver.has(status)) continue;
      for (const pid of await processesOf(id, signal)) owners.set(pid, { id, name });
    }
    return held
      .map(({ gpuUuid, pid, processName, memoryMiB }) => ({
        gpuIndex: report.gpus.find(({ uuid }) => uuid === gpuUuid)?.index ?? null,
        pid,
        processName,
        memoryMiB,
        nim: owners.get(pid) ?? null,
      }))
      .toSorted((a, b) => (b.memoryMiB ?? 0) - (a.memoryMiB ?? 0));
  };
}
