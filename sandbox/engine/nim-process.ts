import type { Server } from 'node:http';
import type { NimConfig } from '../nim/config.ts';
import type { NimHost } from '../nim/container.ts';
import { runNim } from '../nim/program.ts';
import type { MemoryShortage } from '../nim/start.ts';
import type { NimControl } from '../nim/state.ts';
import type { Holding, Machine, SimulatedDevice } from '../machines/machine.ts';
import type { NimContent } from './image.ts';
import type { ContainerProcess, ProcessOutput } from './process.ts';

export interface NimProcessOptions {
  content: NimContent;
  needsKey: boolean;
  env: Readonly<Record<string, string>>;
  args: readonly string[];
  output: ProcessOutput;
  machine: Machine;
  devices: readonly SimulatedDevice[];
  /** Of the process on the host. */
  pid: number;
  speed: number;
  isKeyRight(key: string): boolean | Promise<boolean>;
  /** The container listens on this port from now on. */
  open(port: number, server: Server): void;
  cacheFolder: string | null;
  /** Set where the practice wants this NIM never to become ready. */
  staysLoading: boolean;
}

export interface NimProcess extends ContainerProcess {
  /** What it does from now on; nothing before it runs. */
  control(change: NimControl): void;
  /** The devices whose memory it holds. */
  heldDevices(): readonly string[];
  /**
   * A device that it holds is gone: what it held is lost, also when the device comes back. It dies of it when it computes,
   * so one that is asked nothing stays up for as long.
   */
  breakContext(): void;
}

export function startNimProcess(options: NimProcessOptions): NimProcess {
  const { content, output, machine, devices } = options;
  const terminating = new AbortController();
  const killing = new AbortController();
  let steer: ((change: NimControl) => void) | null = null;
  const held: { uuid: string; release(): void; work(share: number): void }[] = [];
  let working = 0;
  let isBroken = false;

  /** Stands for this process where work is counted. */
  const key = {};
  const release = () => {
    noteWork(machine, key, []);
    // Each release is told to whoever listens, and may come back here.
    for (const each of held.splice(0)) each.release();
  };

  /** On as few of the devices as it fits on, the first ones first; all of it or nothing. */
  function takeMemory(): MemoryShortage | null {
    const needed = content.gpuMemoryMiB;
    const [first] = devices;
    if (needed === null || first === undefined) return null;
    const now = new Map(machine.devices().map((device) => [device.uuid, device]));
    const usable = devices.filter((device) => device.kind === 'mig' || !isSliced(device, machine));
    const smallest = Math.min(...usable.map(({ memoryTotalMiB }) => memoryTotalMiB));
    const count = usable.findIndex((_, index) => Math.ceil(needed / (index + 1)) <= smallest) + 1;
    if (count === 0) return { totalMiB: smallest, freeMiB: smallest, neededMiB: needed };
    const share = Math.ceil(needed / count);
    for (const device of usable.slice(0, count)) {
      const holding: Holding = machine.hold({
        pid: options.pid,
        name: 'VLLM::EngineCore',
        deviceUuid: device.uuid,
        memoryMiB: share,
      });
      if (!holding.ok) {
        release();
        const { memoryTotalMiB } = now.get(device.uuid) ?? device;
        return { totalMiB: memoryTotalMiB, freeMiB: holding.freeMiB, neededMiB: share };
      }
      held.push({
        uuid: device.uuid,
        release: () => holding.release(),
        work: (busy) => holding.work(busy),
      });
    }
    return null;
  }

  async function hostFor(config: NimConfig): Promise<{ host: NimHost; config: NimConfig }> {
    const host: NimHost = {
      async open(server) {
        options.open(config.port, server);
      },
      terminated: terminating.signal,
      killed: killing.signal,
      takeMemory,
      cacheFolder: options.cacheFolder,
      share: () => shareOf(machine, key, held),
      onWork(running) {
        working = running;
        if (running > 0 && isBroken) steer?.({ exit: 1 });
        noteWork(machine, key, running === 0 ? [] : held);
        // One answer keeps a GPU mostly busy with its memory, several fill it.
        const busy = running === 0 ? 0 : Math.min(0.6 + 0.1 * running, 0.98);
        for (const each of held) each.work(busy);
      },
      onControl(control) {
        steer = control;
      },
    };
    const isRefused = config.ngcKey === null ? options.needsKey : !(await options.isKeyRight(config.ngcKey));
    const own = options.staysLoading ? 'stays-502' : (content.failure ?? config.failure);
    return { host, config: { ...config, failure: isRefused && own === 'none' ? 'bad-key' : own } };
  }

  const run = async () => {
    try {
      const code = await runNim(nimEnvironment(options), options.args, output, hostFor);
      return { code, isOutOfMemory: false };
    } finally {
      release();
    }
  };

  return {
    exited: run(),
    signal(signal) {
      if (signal === 'KILL') killing.abort();
      else if (signal === 'TERM' || signal === 'INT' || signal === 'QUIT') terminating.abort();
    },
    control: (change) => steer?.(change),
    heldDevices: () => held.map(({ uuid }) => uuid),
    breakContext() {
      isBroken = true;
      release();
      if (working > 0) steer?.({ exit: 1 });
    },
  };
}

/** Which processes compute now, by device; those of other machines do not matter. */
const working = new WeakMap<Machine, Map<string, Set<object>>>();

function noteWork(machine: Machine, key: object, devices: readonly { uuid: string }[]): void {
  const byDevice = working.get(machine) ?? new Map<string, Set<object>>();
  working.set(machine, byDevice);
  for (const users of byDevice.values()) users.delete(key);
  for (const { uuid } of devices) byDevice.set(uuid, (byDevice.get(uuid) ?? new Set()).add(key));
}

/** What is left for one process of the device that most others compute on, too: an equal part. */
function shareOf(machine: Machine, key: object, devices: readonly { uuid: string }[]): number {
  const counts = devices.map(({ uuid }) => {
    const users = working.get(machine)?.get(uuid) ?? new Set();
    return users.size + (users.has(key) ? 0 : 1);
  });
  return 1 / Math.max(1, ...counts);
}

/** A GPU that is cut into slices gives no memory of its own. */
function isSliced({ uuid }: SimulatedDevice, machine: Machine): boolean {
  return machine.devices().some(({ parentUuid }) => parentUuid === uuid);
}

function nimEnvironment({ content, env, speed, devices }: NimProcessOptions) {
  return { ...ownVariables(content, devices), NIMDECK_SANDBOX_SPEED: String(speed), ...env };
}

/** What the stand-in must be told of its image and its machine, also where it only lists its profiles. */
export function ownVariables(content: NimContent, devices: readonly SimulatedDevice[]): Record<string, string> {
  const { model, version, serves, gpuMemoryMiB } = content;
  const [first] = devices;
  return {
    NIMDECK_SANDBOX_MODEL: model,
    NIMDECK_SANDBOX_VERSION: version,
    NIMDECK_SANDBOX_KIND: serves,
    ...traits(model),
    NIMDECK_SANDBOX_NEEDS_GPU: gpuMemoryMiB === null ? '0' : '1',
    ...(gpuMemoryMiB === null ? {} : { NIMDECK_SANDBOX_REQUIRED_GB: String(Math.ceil(gpuMemoryMiB / 1024)) }),
    ...(first === undefined ? {} : { NIMDECK_SANDBOX_GPU_NAME: first.name }),
  };
}

/** What is known of models by name (nim facts 4.4, ngc facts 5.4). */
function traits(model: string): Record<string, string> {
  const name = model.split('/').at(-1) ?? model;
  const own: Record<string, string> = {};
  if (/e5-v5|bge-m3|bge-large|arctic/.test(name)) own['NIMDECK_SANDBOX_DIMENSIONS'] = '1024';
  if (/gpt-oss/.test(name)) own['NIMDECK_SANDBOX_REASONING'] = 'think';
  if (/kimi/.test(name)) own['NIMDECK_SANDBOX_REASONING'] = 'reasoning';
  if (/deepseek-r1|gpt-oss|reasoning|-qwq/.test(name)) own['NIMDECK_SANDBOX_REASONS'] = '1';
  return own;
}
