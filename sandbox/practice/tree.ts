import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { PracticeFault } from '../../shared/contract/practice.ts';
import { writeDisk } from '../engine/disk.ts';
import { type SandboxEngine, startEngine } from '../engine/engine.ts';
import { createMachine, type Machine, type MachineId } from '../machines/machine.ts';
import { startHosted } from '../hosted/hosted.ts';
import { startNgc } from '../ngc/ngc.ts';
import { type Controlled, startControl } from './control.ts';
import { engineFaultOf, practiceFaultOf } from './faults.ts';
import { catalogImages, freeImage } from './images.ts';
import type { TreeOptions } from './options.ts';

/** What is printed once everything listens. */
export interface Announcement {
  /** For `DOCKER_HOST`. */
  dockerHost: string;
  /** What to start for nvidia-smi, and what stands before its own arguments. */
  nvidiaSmi: readonly string[];
  /** A file in the form of /proc/meminfo. */
  memInfo: string;
  /** A folder that stands for the machine's root. */
  systemRoot: string;
  /** A JSON file with the space of its disk: `freeBytes`, `totalBytes`. */
  disk: string;
  /** Addresses on loopback by the host that each stands in for; `*` for every other one. */
  hosts: Readonly<Record<string, string>>;
  /** The NGC key that is right here. */
  key: string;
  control: { address: string; token: string };
}

export interface Tree {
  announcement: Announcement;
  /** Leaves no socket, port or file behind. */
  close(): Promise<void>;
}

/** Everything that practice mode talks to, in this process. */
export async function startTree(options: TreeOptions): Promise<Tree> {
  const { folder, store, bytesPerSecond } = options;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const machineFolder = join(folder, 'machine');
  const listeners = new Set<() => void>();
  const changed = () => listeners.forEach((listener) => listener());
  let { speed } = options;
  let machine: Machine = await createMachine(options.machine, machineFolder);
  let isGpuLost = false;
  let isKeyRefused = false;

  const images = [
    ...catalogImages(),
    ...Object.entries(options.images).map(([reference, layers]) => freeImage(reference, layers)),
  ];
  const ngc = await startNgc({ images, isKeyRefused: () => isKeyRefused });
  const hosted = await startHosted({ isRightKey: ngc.isRightKey });
  const pace = () => ({ bytesPerSecond: bytesPerSecond * speed, speed });
  const engine: SandboxEngine = await startEngine({
    socket: socketPath(folder),
    store,
    machine,
    images,
    isKeyRight: ngc.isRightKey,
    pace: pace(),
  });
  const disk = join(folder, 'disk.json');
  const fillDisk = () =>
    writeDisk(
      disk,
      engine.provoked().some(({ fault }) => fault === 'disk-is-nearly-full'),
    );
  fillDisk();
  engine.onChange(() => {
    fillDisk();
    changed();
  });

  let changing: Promise<null> = Promise.resolve(null);
  async function changeMachine(id: MachineId): Promise<null> {
    // What computes on them dies of it; the rest of the old machine ends with it.
    for (const { uuid, kind } of machine.devices()) if (kind === 'gpu') machine.lose(uuid);
    // The new machine's program takes the place of the old one's, so nothing may run on the old one by then.
    const between = await createMachine('none', join(folder, 'between'));
    await engine.setMachine(between);
    await machine.close();
    machine = await createMachine(id, machineFolder);
    isGpuLost = false;
    await engine.setMachine(machine);
    await between.close();
    changed();
    return null;
  }

  const controlled: Controlled = {
    state: () => ({
      machine: machine.id,
      speed,
      faults: [
        ...engine.provoked().flatMap(({ fault, hasHappened }) => {
          const known = practiceFaultOf(fault);
          return known === undefined ? [] : [{ fault: known, isHappening: hasHappened }];
        }),
        ...(isGpuLost ? [{ fault: 'gpu-lost' as const, isHappening: true }] : []),
        ...(isKeyRefused ? [{ fault: 'key-refused' as const, isHappening: true }] : []),
      ],
    }),
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    setMachine(id) {
      // One after the other: two at once would take each other's program away.
      const change = changing.then(() => changeMachine(id));
      changing = change.catch(() => null);
      return change;
    },
    setSpeed(next) {
      speed = next;
      engine.setPace(pace());
      changed();
    },
    provoke(fault: PracticeFault, isOn: boolean) {
      const engineFault = engineFaultOf(fault);
      if (engineFault !== null) {
        if (!isOn) engine.undo(engineFault);
        else if (!engine.provoke(engineFault)) return 'No NIM runs that this could happen to.';
      } else if (fault === 'key-refused') isKeyRefused = isOn;
      else if (isOn && !loseGpu(machine)) return 'This machine has no GPU that could be lost.';
      else {
        if (!isOn) machine.restore();
        isGpuLost = isOn;
      }
      changed();
      return null;
    },
  };
  const control = await startControl(controlled);

  return {
    announcement: {
      dockerHost: engine.host,
      nvidiaSmi: machine.command,
      memInfo: machine.memInfo,
      systemRoot: machine.systemRoot,
      disk,
      hosts: { ...ngc.hosts, ...hosted.hosts },
      key: ngc.key,
      control: { address: control.address, token: control.token },
    },
    async close() {
      await control.close();
      await engine.close();
      await Promise.all([ngc.close(), hosted.close()]);
      await machine.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The one that does most, so that something is seen of it. */
function loseGpu(machine: Machine): boolean {
  const [gpu] = machine
    .devices()
    .filter(({ kind }) => kind === 'gpu')
    .toSorted((a, b) => b.memoryUsedMiB - a.memoryUsedMiB);
  if (gpu === undefined) return false;
  machine.lose(gpu.uuid);
  return true;
}

function socketPath(folder: string): string {
  if (process.platform !== 'win32') return join(folder, 'engine.sock');
  return `\\\\.\\pipe\\nimdeck-practice-${process.pid}`;
}
