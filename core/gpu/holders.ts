import type { MemoryHolder } from '../../shared/contract/gpu.ts';
import type { Api } from '../../shared/contract/index.ts';
import type { Nim } from '../../shared/contract/nims.ts';
import type { Owners } from './owners.ts';
import type { GpuService } from './service.ts';

interface HoldersParts {
  gpu: { api: Pick<GpuService['api'], 'read'>; processesOf: GpuService['processesOf'] };
  owners: Owners;
  nims: Pick<Api['nims'], 'watch'>;
}

async function listNims(nims: HoldersParts['nims'], signal: AbortSignal): Promise<Nim[]> {
  for await (const list of nims.watch({}, { signal })) return list.nims;
  return [];
}

const isOver = new Set(['stopped', 'exited']);

/** Joins what the driver says of processes with what the kernel or the engine says of containers. */
export function createHolders({ gpu, owners, nims }: HoldersParts): Api['gpu']['holders'] {
  return async (_input, options) => {
    const signal = options?.signal ?? new AbortController().signal;
    const report = await gpu.api.read({}, { signal });
    const held = gpu.processesOf(report);
    if (held.length === 0) return [];
    const running = (await listNims(nims, signal)).filter(({ status }) => !isOver.has(status));
    const names = new Map(running.map(({ id, name }) => [id, name]));
    const owned = await owners.of(
      held.map(({ pid }) => pid),
      running,
      signal,
    );
    const nimOf = (pid: number): MemoryHolder['nim'] => {
      const owner = owned.get(pid);
      return owner?.kind === 'container' ? { id: owner.id, name: names.get(owner.id) ?? '' } : null;
    };
    return held
      .map(({ gpuUuid, pid, processName, memoryMiB }) => ({
        gpuIndex: report.gpus.find(({ uuid }) => uuid === gpuUuid)?.index ?? null,
        pid,
        processName,
        memoryMiB,
        nim: nimOf(pid),
      }))
      .toSorted((a, b) => (b.memoryMiB ?? 0) - (a.memoryMiB ?? 0));
  };
}
