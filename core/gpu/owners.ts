import type Docker from 'dockerode';
import { cancelled } from '../../shared/errors.ts';
import { z } from '../../shared/zod.ts';
import type { CoreDeps } from '../deps.ts';
import { askEngine } from '../engine/ask.ts';

/** A container's id; `other`: a process of this machine in none of these containers; `unknown`: nobody can say. */
export type Owner = { kind: 'container'; id: string } | { kind: 'other' } | { kind: 'unknown' };

export interface Owners {
  /**
   * To which of these running containers each process belongs. Asks the engine only where the kernel does not say.
   * @param pids as the driver names them
   */
  of(pids: readonly number[], containerIds: readonly string[], signal: AbortSignal): Promise<Map<number, Owner>>;
}

const topAnswer = z.object({ Titles: z.array(z.string()), Processes: z.array(z.array(z.string())) });

/**
 * @param docker throws where there is no engine
 * @param listsHostPids whether the engine's `top` counts processes as the host does: Docker does, Podman counts them as
 * the container sees them
 */
export function createOwners(
  { processes, system, log }: Pick<CoreDeps, 'processes' | 'system' | 'log'>,
  docker: () => Docker,
  listsHostPids: () => boolean,
): Owners {
  async function byEngine(containerIds: readonly string[], signal: AbortSignal): Promise<Map<number, Owner>> {
    const owners = new Map<number, Owner>();
    for (const id of containerIds) {
      try {
        const answer = await askEngine(docker(), { method: 'GET', path: `/containers/${id}/top` }, signal);
        const { Titles, Processes } = topAnswer.parse(answer);
        const column = Titles.indexOf('PID');
        for (const row of Processes) owners.set(Number(row[column]), { kind: 'container', id });
      } catch (error) {
        if (signal.aborted) throw cancelled();
        // It may have ended just now; what its processes held is then named by the driver alone.
        log.info('gpu.no-processes', { id, reason: error instanceof Error ? error.message : String(error) });
      }
    }
    return owners;
  }

  return {
    async of(pids, containerIds, signal) {
      const owners = new Map<number, Owner>();
      if (processes === 'kernel') {
        await Promise.all(
          pids.map(async (pid) => {
            const text = await cgroupOf(system, pid);
            if (text !== null) owners.set(pid, ownerIn(text, containerIds));
          }),
        );
      }
      const open = pids.filter((pid) => !owners.has(pid));
      const listed =
        open.length > 0 && processes !== 'nobody' && listsHostPids()
          ? await byEngine(containerIds, signal)
          : new Map<number, Owner>();
      for (const pid of open) owners.set(pid, listed.get(pid) ?? { kind: 'unknown' });
      return owners;
    },
  };
}

/** Null where the kernel does not say: the process has ended, is hidden from this user, or counts in another machine. */
async function cgroupOf(system: CoreDeps['system'], pid: number): Promise<string | null> {
  try {
    return await system.readText(`/proc/${pid}/cgroup`);
  } catch {
    // Any reason leaves it to the engine.
    return null;
  }
}

/**
 * Docker writes `/docker/<id>` or `docker-<id>.scope`, Podman `libpod-<id>.scope` (gpu facts 7); where an engine runs in a
 * container itself, that one's id stands in front.
 */
function ownerIn(cgroup: string, containerIds: readonly string[]): Owner {
  const ids = cgroup.match(/[0-9a-f]{64}/g) ?? [];
  const id = ids.toReversed().find((each) => containerIds.includes(each));
  return id === undefined ? { kind: 'other' } : { kind: 'container', id };
}
