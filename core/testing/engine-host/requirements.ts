import { existsSync, mkdirSync, statfsSync } from 'node:fs';
import { enginePrograms, oldDockerd } from './engine.ts';
import { nodeBinary } from './images.ts';
import { cacheFolder } from './place.ts';
import { runProgram } from './processes.ts';

// Three engines with the NIM image unpacked (0.4 GB each, twice that while it is pulled), the registry, and room.
const neededBytes = 5e9;

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;

const remedy = '.ci/host-setup.sh sets a Debian 12 machine up';

/** What this machine lacks for test engines, in one line; null where everything is there. */
export async function whatIsMissing(): Promise<string | null> {
  if (process.platform !== 'linux') return 'test engines run on Linux only';
  if (process.getuid?.() !== 0) return 'test engines need root';
  const programs = [...enginePrograms, '/usr/bin/docker-registry', '/usr/bin/busybox', nodeBinary];
  for (const file of programs) {
    if (!existsSync(file)) return `${file} is not there (${remedy})`;
  }
  const { stdout } = await runProgram(oldDockerd, ['--version']);
  if (!stdout.includes('version 20.10.')) return `${oldDockerd} is not 20.10 but: ${stdout.trim()}`;
  mkdirSync(cacheFolder, { recursive: true });
  const { bavail, bsize } = statfsSync(cacheFolder);
  if (bavail * bsize < neededBytes) {
    return `test engines need ${gigabytes(neededBytes)} below ${cacheFolder}, which has ${gigabytes(bavail * bsize)} free`;
  }
  return null;
}
