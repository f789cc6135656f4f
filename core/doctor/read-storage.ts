import { dirname, join } from 'node:path';
import type { EngineState } from '../../shared/contract/engine.ts';
import type { CoreDeps } from '../deps.ts';
import type { FolderStatus } from '../lib/system-files.ts';
import { systemCode } from '../lib/system-code.ts';
import { containerdOf, findContainerdRoot } from './containerd-root.ts';
import type { CacheReading, DiskReading, EngineFacts } from './readings.ts';

type Deps = Pick<CoreDeps, 'system' | 'platform' | 'home' | 'userId'>;

/** Whether the engine's folders are this machine's: not in Desktop's virtual machine, not far away. */
export function sharesDisks(engine: EngineState, platform: NodeJS.Platform): boolean {
  return platform === 'linux' && engine.isLocal === true && engine.kind !== 'docker-desktop';
}

/** The space at the engine's root, at containerd's, and where models go; those of them that are on this machine. */
export async function readDisks(
  deps: Deps,
  engine: EngineState | null,
  facts: EngineFacts | null,
  cacheFolder: string,
): Promise<DiskReading[]> {
  const wanted: Pick<DiskReading, 'what' | 'folder' | 'source'>[] = [];
  if (engine !== null && engine.status === 'connected' && sharesDisks(engine, deps.platform)) {
    if (engine.rootDirectory !== null)
      wanted.push({ what: 'engine', folder: engine.rootDirectory, source: 'GET /info, DockerRootDir' });
    // With containerd's store images and their layers lie there, not under the engine's root.
    if (engine.store === 'containerd') wanted.push(await containerdRoot(deps.system, engine, facts));
  }
  wanted.push({ what: 'cache', folder: cacheFolder, source: 'Settings' });
  return Promise.all(
    wanted.map(async (disk): Promise<DiskReading> => {
      try {
        return { ...disk, ...(await spaceAbove(deps.system, disk.folder)), problem: null };
      } catch (error) {
        const problem = error instanceof Error ? error.message : String(error);
        return { ...disk, freeBytes: null, totalBytes: null, problem };
      }
    }),
  );
}

/**
 * dockerd's own containerd keeps everything under the engine's root; the system's has a root of its own, by default
 * /var/lib/containerd, which `root` in its configuration changes; any other says it in its own command line. Its folder is
 * closed to users, its file system is not.
 */
async function containerdRoot(
  system: CoreDeps['system'],
  engine: EngineState,
  facts: EngineFacts | null,
): Promise<Pick<DiskReading, 'what' | 'folder' | 'source'>> {
  // Docker tells it from 27 on.
  const address = facts?.containerdAddress ?? (await containerdOf(system, engine.rootDirectory));
  if (address !== null && /\/docker\/containerd\//.test(address) && engine.rootDirectory !== null)
    return { what: 'containerd', folder: join(engine.rootDirectory, 'containerd'), source: `GET /info, ${address}` };
  return { what: 'containerd', ...(await findContainerdRoot(system, address)) };
}

/** Of a folder that is not made yet, or closed: where it lies. */
async function spaceAbove(system: CoreDeps['system'], folder: string) {
  for (let at = folder; ; at = dirname(at)) {
    try {
      return await system.space(at);
    } catch (error) {
      const isAbove = ['ENOENT', 'EACCES'].includes(systemCode(error) ?? '');
      if (!isAbove || dirname(at) === at) throw error;
    }
  }
}

/** More would make a look at a shared disk slow; what is wrong shows in the first few. */
const mostEntries = 200;

/** Whether a NIM's user could write its model cache. @param volume the engine's, where this machine's folder is not used */
export async function readCache(
  deps: Deps,
  plan: { type: 'bind' | 'volume'; source: string },
  engine: EngineState | null,
): Promise<CacheReading> {
  if (plan.type === 'volume') return { kind: 'volume', name: plan.source, why: whyVolume(deps, engine) };
  const { system } = deps;
  const folder = plan.source;
  let existing = folder;
  let status: FolderStatus;
  for (;;) {
    try {
      status = await system.status(existing);
      break;
    } catch (error) {
      if (systemCode(error) !== 'ENOENT' || dirname(existing) === existing) throw error;
      existing = dirname(existing);
    }
  }
  const exists = existing === folder;
  return {
    kind: 'folder',
    folder,
    existing,
    exists,
    isFolder: status.isFolder,
    canWrite: await system.canWrite(existing),
    mode: status.mode,
    userId: status.userId,
    groupId: status.groupId,
    ownUserId: deps.userId,
    closed: exists && status.isFolder ? await closedFolders(system, folder) : [],
  };
}

/** Folders in the cache that this user may not write: what a container that ran as root has left. Two levels deep. */
async function closedFolders(system: CoreDeps['system'], folder: string): Promise<string[]> {
  const closed: string[] = [];
  let left = mostEntries;
  const look = async (at: string, depth: number): Promise<void> => {
    for (const name of (await system.list(at)).toSorted()) {
      left -= 1;
      if (left < 0) return;
      const path = join(at, name);
      const isFolder = (await system.status(path).catch(() => null))?.isFolder === true;
      if (!isFolder) continue;
      if (!(await system.canWrite(path))) closed.push(path);
      else if (depth > 1) await look(path, depth - 1);
    }
  };
  await look(folder, 2);
  return closed;
}

function whyVolume({ platform }: Deps, engine: EngineState | null): string {
  if (engine?.isLocal === false) return 'the engine is on another machine';
  if (engine?.kind === 'docker-desktop') return 'Docker Desktop keeps its files in a virtual machine';
  if (engine?.isRootless === true || engine?.kind === 'podman')
    return 'the engine is rootless and numbers users otherwise';
  return platform === 'linux' ? 'the engine is not known yet' : 'the engine does not share this machine’s files';
}
