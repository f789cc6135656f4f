import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { removeLeftovers } from './leftovers.ts';

export const projectRoot = fileURLToPath(new URL('../../..', import.meta.url));

/** What lasts from run to run: unpacked engines, layers of the test images, logs of the engines. */
export const cacheFolder = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'nimdeck-test');

// Short, because the path of a socket may have 107 characters only, and a home folder can be anything.
const runFolder = '/run/nimdeck-test';

// Two address blocks for benchmarks of network devices (RFC 2544): no network that a machine is part of uses them.
const bridgeBlock = '198.18';
const poolBlock = '198.19';
const bridgesOfSlot = 8;
const slots = 16;

/**
 * A numbered place for a set of engines: folders, bridge names, addresses. Several hosts can run beside each other.
 * What an earlier owner left behind, killed in mid-run, is gone when a slot is taken.
 */
export interface Slot {
  readonly number: number;
  /** Sockets, pid files, configurations. In the command line of everything that is started, so that it can be found. */
  readonly folder: string;
  /** Images and containers of the engines: gone at the end. */
  readonly dataFolder: string;
  readonly logFolder: string;
  bridge(index: number): Bridge;
  /** Ends every process of this slot and removes its mounts, bridges and folders. */
  clear(): Promise<void>;
  /** The same, then gives the slot back. */
  free(): Promise<void>;
}

export interface Bridge {
  name: string;
  /** `198.18.0.1/24` */
  address: string;
  /** For further networks on that engine. */
  pool: string;
}

/** An abstract socket is a lock that the kernel takes back, however its owner ends. Null: somebody has it. */
async function lock(number: number): Promise<Server | null> {
  const server = createServer().unref();
  const { promise, resolve, reject } = Promise.withResolvers<Server | null>();
  server.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve(null) : reject(error)));
  server.listen(`\0nimdeck-test-host-${number}`, () => resolve(server));
  return await promise;
}

const placeOf = (number: number) => ({
  folder: join(runFolder, String(number)),
  dataFolder: join(cacheFolder, 'hosts', String(number)),
  bridgePrefix: `nimdeck${number}-`,
  cgroup: cgroupOf(number),
});

export const cgroupOf = (slot: number): string => `nimdeck-test-${slot}`;

async function sweep(except: number): Promise<void> {
  mkdirSync(runFolder, { recursive: true });
  for (const name of readdirSync(runFolder)) {
    const number = Number(name);
    if (number === except || !Number.isInteger(number)) continue;
    const held = await lock(number);
    if (held === null) continue;
    await removeLeftovers(placeOf(number));
    held.close();
  }
}

export async function takeSlot(): Promise<Slot> {
  for (let number = 0; number < slots; number += 1) {
    const held = await lock(number);
    if (held === null) continue;
    const place = placeOf(number);
    await sweep(number);
    await removeLeftovers(place);
    const logFolder = join(cacheFolder, 'logs', String(number));
    rmSync(logFolder, { recursive: true, force: true });
    for (const folder of [place.folder, place.dataFolder, logFolder]) mkdirSync(folder, { recursive: true });
    return {
      number,
      folder: place.folder,
      dataFolder: place.dataFolder,
      logFolder,
      bridge: (index) => {
        const third = number * bridgesOfSlot + index;
        return {
          name: `${place.bridgePrefix}${index}`,
          address: `${bridgeBlock}.${third}.1/24`,
          pool: `${poolBlock}.${third}.0/24`,
        };
      },
      clear: () => removeLeftovers(place),
      async free() {
        await removeLeftovers(place);
        held.close();
      },
    };
  }
  throw new Error(`all ${slots} places for test engines are taken`);
}
