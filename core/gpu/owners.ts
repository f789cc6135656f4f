import type Docker from 'dockerode';
import type { Nim } from '../../shared/contract/nims.ts';
import { cancelled } from '../../shared/errors.ts';
import { z } from '../../shared/zod.ts';
import type { CoreDeps } from '../deps.ts';
import { askEngine } from '../engine/ask.ts';

/** A container's id; `other`: a process of this machine in none of these containers; `unknown`: nobody can say. */
export type Owner = { kind: 'container'; id: string } | { kind: 'other' } | { kind: 'unknown' };

/** A container as it runs since its last start: started again, its processes are others. */
export type ContainerRun = Pick<Nim, 'id' | 'startedAt'>;

export interface Owners {
  /**
   * To which of these running containers each process belongs. Asks the engine only where the kernel does not say, and
   * about one process once: what it said stays true for as long as each reading has that process.
   * @param pids all that a reading of the driver names
   */
  of(pids: readonly number[], containers: readonly ContainerRun[], signal: AbortSignal): Promise<Map<number, Owner>>;
}

/** While NIMs run, readings come every few seconds; after a longer gap a number may be another process's. */
const longestGapMs = 15_000;

/** What the engine said of a process, by container runs. */
interface Said {
  in: string | null;
  notIn: Set<string>;
}

const keyOf = ({ id, startedAt }: ContainerRun) => `${id} ${startedAt}`;

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
  const said = new Map<number, Said>();
  let calledAt = 0;

  /** A number that was missing once may be given to another process. */
  function keepOnly(pids: readonly number[]) {
    const now = performance.now();
    const isTooOld = now - calledAt > longestGapMs;
    calledAt = now;
    for (const pid of said.keys()) if (isTooOld || !pids.includes(pid)) said.delete(pid);
  }

  /** Null: the engine was not asked about it, or did not answer. */
  function known(pid: number, containers: readonly ContainerRun[]): Owner | null {
    const found = said.get(pid);
    if (found === undefined) return null;
    const owner = containers.find((each) => keyOf(each) === found.in);
    if (owner !== undefined) return { kind: 'container', id: owner.id };
    return containers.every((each) => found.notIn.has(keyOf(each))) ? { kind: 'unknown' } : null;
  }

  async function askEngineOf(pids: readonly number[], containers: readonly ContainerRun[], signal: AbortSignal) {
    for (const container of containers) {
      const key = keyOf(container);
      if (pids.every((pid) => known(pid, containers) !== null || said.get(pid)?.notIn.has(key))) continue;
      try {
        const listed = await pidsOf(container.id, signal);
        for (const pid of pids) {
          const about = said.get(pid) ?? { in: null, notIn: new Set() };
          said.set(pid, about);
          if (listed.has(pid)) about.in = key;
          else about.notIn.add(key);
        }
      } catch (error) {
        if (signal.aborted) throw cancelled();
        // It may have ended just now; what its processes held is then named by the driver alone.
        log.info('gpu.no-processes', {
          id: container.id,
          reason: error instanceof Error ? error.message : String(error),
        });
      }
    }
  }

  async function pidsOf(id: string, signal: AbortSignal): Promise<Set<number>> {
    const answer = await askEngine(docker(), { method: 'GET', path: `/containers/${id}/top` }, signal);
    const { Titles, Processes } = topAnswer.parse(answer);
    const column = Titles.indexOf('PID');
    return new Set(Processes.map((row) => Number(row[column])));
  }

  return {
    async of(pids, containers, signal) {
      keepOnly(pids);
      const canAsk = processes !== 'nobody' && listsHostPids();
      const owners = new Map<number, Owner>();
      if (processes === 'kernel') {
        const ids = containers.map(({ id }) => id);
        await Promise.all(
          pids.map(async (pid) => {
            // The kernel did not say it at an earlier reading, and the engine did.
            if (canAsk && known(pid, containers)?.kind === 'container') return;
            const text = await cgroupOf(system, pid);
            if (text !== null) owners.set(pid, ownerIn(text, ids));
          }),
        );
      }
      const open = pids.filter((pid) => !owners.has(pid));
      if (canAsk) await askEngineOf(open, containers, signal);
      for (const pid of open) owners.set(pid, (canAsk ? known(pid, containers) : null) ?? { kind: 'unknown' });
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
