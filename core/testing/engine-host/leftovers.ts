import { existsSync, readFileSync, readdirSync, rmSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { killProcessesOf, runProgram } from './processes.ts';

export interface Place {
  folder: string;
  dataFolder: string;
  bridgePrefix: string;
  cgroup: string;
}

const list = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : []);

/** containerd's shims listen in a folder of the system's; each container's bundle names its socket. */
function removeShimSockets(folder: string): void {
  for (const engine of list(folder)) {
    const tasks = join(folder, engine, 'containerd', 'io.containerd.runtime.v2.task', 'moby');
    for (const container of list(tasks)) {
      const file = join(tasks, container, 'address');
      if (!existsSync(file)) continue;
      const socket = readFileSync(file, 'utf8')
        .trim()
        .replace(/^unix:\/\//, '');
      if (socket.startsWith('/run/containerd/s/')) rmSync(socket, { force: true });
    }
  }
}

async function removeMounts(folders: readonly string[]): Promise<void> {
  const points = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => (line.split(' ')[4] ?? '').replaceAll('\\040', ' '))
    .filter((point) => folders.some((folder) => point === folder || point.startsWith(`${folder}/`)));
  // Last mounted first; --lazy, since a process that was just killed may hold one for a moment more.
  if (points.length > 0) await runProgram('umount', ['--lazy', ...points.toReversed()]);
}

async function removeBridges(prefix: string): Promise<void> {
  for (const name of list('/sys/class/net')) {
    if (name.startsWith(prefix)) await runProgram('ip', ['link', 'delete', name]);
  }
}

function removeCgroups(name: string): void {
  const remove = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.isDirectory()) remove(join(folder, entry.name));
    }
    rmdirSync(folder);
  };
  const top = '/sys/fs/cgroup';
  // Version 1 has one tree a controller (some under two names), version 2 one tree.
  for (const folder of [join(top, name), ...list(top).map((controller) => join(top, controller, name))]) {
    if (existsSync(folder)) remove(folder);
  }
}

/**
 * The one way in which engines end: all at once, then what the kernel kept for them. It needs nothing but the place,
 * so it serves the orderly end and the next start after a host that was killed alike.
 */
export async function removeLeftovers(place: Place): Promise<void> {
  await killProcessesOf(place.folder);
  removeShimSockets(place.folder);
  await removeMounts([place.folder, place.dataFolder]);
  await removeBridges(place.bridgePrefix);
  removeCgroups(place.cgroup);
  for (const folder of [place.folder, place.dataFolder])
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
