import type { Server } from 'node:http';
import type { NimControl } from '../nim/state.ts';
import type { Machine, SimulatedDevice } from '../machines/machine.ts';
import { nowNano } from './clock.ts';
import { type ContainerLog, createContainerLog } from './container-log.ts';
import type { ContainerSpec } from './container-spec.ts';
import type { Events } from './events.ts';
import { type Grant, grantGpus } from './gpus.ts';
import { EngineError } from './http.ts';
import type { StoredImage } from './image-store.ts';
import { type NimProcess, startNimProcess } from './nim-process.ts';
import type { Ports, Published } from './ports.ts';
import { type ContainerProcess, type Exit, type Signal, signalNumbers } from './process.ts';
import { programs, startShell } from './shell.ts';
import type { ModeFacts } from './store-mode.ts';

export interface ContainerState {
  status: 'created' | 'running' | 'restarting' | 'exited';
  pid: number;
  exitCode: number;
  error: string;
  isOutOfMemory: boolean;
  startedNano: bigint | null;
  finishedNano: bigint | null;
  restarts: number;
}

/** What containers share. */
export interface ContainerWorld {
  machine(): Machine;
  facts: ModeFacts;
  events: Events;
  ports: Ports;
  speed(): number;
  isKeyRight: (key: string) => boolean | Promise<boolean>;
  nextPid(): number;
  /** True once for the NIM that is to stay at its beginning. */
  takeStaysLoading(): boolean;
  /** A container with `--rm` has ended. */
  remove(id: string): void;
}

export interface Container {
  readonly id: string;
  name: string;
  readonly createdNano: bigint;
  readonly image: StoredImage;
  readonly spec: ContainerSpec;
  readonly state: ContainerState;
  readonly log: ContainerLog;
  readonly isRunning: boolean;
  published(): readonly Published[];
  env(): Readonly<Record<string, string>>;
  /** The GPUs that it was given at its last start. */
  devices(): readonly SimulatedDevice[];
  start(): Promise<void>;
  /** Resolves when it has ended; `seconds` until it is killed. */
  stop(seconds: number | null): Promise<void>;
  kill(signal: Signal): void;
  /** Resolves at its next end; at once where it does not run, unless `next` is asked for. */
  wait(next: boolean): Promise<number>;
  control(change: NimControl): boolean;
  /** The UUIDs of the GPUs whose memory it holds. */
  heldDevices(): readonly string[];
  /** A device that it holds is gone. */
  breakContext(): void;
  emit(action: string, attributes?: Record<string, string>): void;
  /** Ends it without a word to anybody: the engine goes away. */
  end(): Promise<void>;
}

interface ContainerParts {
  id: string;
  name: string;
  image: StoredImage;
  spec: ContainerSpec;
}

const defaultStopSeconds = 10;
const firstRestartMs = 100;
const longestRestartMs = 60_000;

export function createContainer(world: ContainerWorld, { id, name, image, spec }: ContainerParts): Container {
  const { events, facts, ports } = world;
  const log = createContainerLog();
  const state: ContainerState = {
    status: 'created',
    pid: 0,
    exitCode: 0,
    error: '',
    isOutOfMemory: false,
    startedNano: null,
    finishedNano: null,
    restarts: 0,
  };
  let published: Published[] = [];
  let grant: Grant = { devices: [], env: {} };
  let running: { process: ContainerProcess; nim: NimProcess | null } | null = null;
  let ended = Promise.withResolvers<number>();
  let isStopWanted = false;
  let isSilent = false;
  let restartTimer: NodeJS.Timeout | undefined;
  let restartMs = firstRestartMs;
  let isStarting = false;

  const env = () => ({ HOSTNAME: spec.hostname ?? id.slice(0, 12), ...spec.env, ...grant.env });
  const emit = (action: string, attributes: Record<string, string> = {}) => {
    if (!isSilent) {
      events.emit('container', action, id, {
        ...spec.labels,
        ...attributes,
        image: spec.imageName,
        name: container.name,
      });
    }
  };

  /** Fails as a start does: the container stays as it was made, with what went wrong in its state. */
  function fail(status: number, message: string, exitCode: number): never {
    state.error = message;
    state.exitCode = exitCode;
    throw new EngineError(status, message);
  }

  function checkCommand(): void {
    const [first = ''] = [...spec.entrypoint, ...spec.command];
    const isNim = image.recipe.content.kind === 'nim';
    if (programs.has(first.replace(/^(?:\/usr)?\/bin\//, '')) || (isNim && isNimProgram(first))) return;
    const what = first.startsWith('/')
      ? `stat ${first}: no such file or directory`
      : 'executable file not found in $PATH';
    fail(
      400,
      `failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "${first}": ${what}: unknown`,
      127,
    );
  }

  async function publishAll(): Promise<void> {
    try {
      for (const wish of spec.ports) published.push(await ports.publish(container.name, wish));
    } catch (error) {
      await unpublish();
      fail(500, error instanceof Error ? error.message : String(error), 128);
    }
  }

  async function unpublish(): Promise<void> {
    const closing = published;
    published = [];
    await Promise.all(closing.map((each) => each.close()));
  }

  async function start(): Promise<void> {
    if (running !== null || isStarting) throw new EngineError(304, '');
    isStarting = true;
    clearTimeout(restartTimer);
    try {
      grant = grantGpus({ requests: spec.requests, runtime: spec.runtime, env: spec.env }, world.machine(), facts);
    } catch (error) {
      isStarting = false;
      fail(500, error instanceof Error ? error.message : String(error), 128);
    }
    try {
      checkCommand();
      await publishAll();
    } finally {
      isStarting = false;
    }
    begin();
  }

  function begin(): void {
    isStopWanted = false;
    state.status = 'running';
    state.pid = world.nextPid();
    state.error = '';
    state.exitCode = 0;
    state.isOutOfMemory = false;
    state.startedNano = nowNano();
    const output = {
      out: (text: string) => log.write('stdout', text),
      err: (text: string) => log.write(spec.isTty ? 'stdout' : 'stderr', text),
    };
    const { content, needsKey } = image.recipe;
    const command = [...spec.entrypoint, ...spec.command];
    const isNim = content.kind === 'nim' && isNimProgram(command[0] ?? '');
    if (isNim) {
      const nim = startNimProcess({
        content,
        needsKey,
        env: env(),
        args: command.slice(1),
        output,
        machine: world.machine(),
        devices: grant.devices,
        pid: state.pid,
        speed: world.speed(),
        isKeyRight: world.isKeyRight,
        open: (port, server) => openPort(port, server),
        cacheFolder: cacheFolderOf(spec),
        staysLoading: command.length <= 2 && world.takeStaysLoading(),
      });
      running = { process: nim, nim };
    } else {
      running = {
        process: startShell({ command, env: env(), output, memoryBytes: spec.memoryBytes }),
        nim: null,
      };
    }
    emit('start');
    const { process } = running;
    void process.exited.then((exit) => onExit(exit));
  }

  function openPort(port: number, server: Server): void {
    for (const each of published) if (each.containerPort === `${port}/tcp`) each.connect(server);
  }

  async function onExit({ code, isOutOfMemory }: Exit): Promise<void> {
    log.flush();
    running = null;
    const ranMs = Number((nowNano() - (state.startedNano ?? 0n)) / 1_000_000n);
    state.pid = 0;
    state.exitCode = code;
    state.isOutOfMemory = isOutOfMemory;
    state.finishedNano = nowNano();
    const restarts = willRestart(code);
    state.status = restarts ? 'restarting' : 'exited';
    await unpublish();
    if (isOutOfMemory) emit('oom');
    emit('die', { exitCode: String(code), execDuration: String(Math.floor(ranMs / 1000)) });
    log.tell();
    const waiting = ended;
    ended = Promise.withResolvers();
    waiting.resolve(code);
    if (restarts) {
      restartMs = ranMs > 10_000 ? firstRestartMs : Math.min(restartMs * 2, longestRestartMs);
      state.restarts += 1;
      restartTimer = setTimeout(() => void start().catch(() => (state.status = 'exited')), restartMs);
    } else if (spec.removesItself) {
      world.remove(id);
    }
  }

  function willRestart(code: number): boolean {
    const { name: policy, most } = spec.restart;
    if (isStopWanted || isSilent) return false;
    if (policy === 'always' || policy === 'unless-stopped') return true;
    return policy === 'on-failure' && code !== 0 && (most === 0 || state.restarts < most);
  }

  function signal(which: Signal): void {
    emit('kill', { signal: String(signalNumbers[which]) });
    running?.process.signal(which);
  }

  const container: Container = {
    id,
    name,
    createdNano: nowNano(),
    image,
    spec,
    state,
    log,
    get isRunning() {
      return running !== null;
    },
    published: () => published,
    env,
    devices: () => grant.devices,
    async start() {
      state.restarts = 0;
      restartMs = firstRestartMs;
      await start();
    },
    async stop(seconds) {
      isStopWanted = true;
      if (running === null) {
        const wasRestarting = state.status === 'restarting';
        clearTimeout(restartTimer);
        if (wasRestarting) state.status = 'exited';
        if (wasRestarting) return;
        throw new EngineError(304, '');
      }
      const limit = seconds ?? spec.stopTimeout ?? defaultStopSeconds;
      const end = ended.promise;
      signal(spec.stopSignal);
      const timer = limit < 0 ? undefined : setTimeout(() => signal('KILL'), limit * 1000);
      await end;
      clearTimeout(timer);
      emit('stop');
    },
    kill(which) {
      if (running === null) {
        throw new EngineError(409, `Cannot kill container: ${id}: Container ${id} is not running`);
      }
      if (which === 'KILL' || which === spec.stopSignal) isStopWanted = true;
      signal(which);
    },
    async wait(next) {
      return running === null && !next ? state.exitCode : await ended.promise;
    },
    control(change) {
      if (running?.nim === null || running === null) return false;
      running.nim.control(change);
      return true;
    },
    heldDevices: () => running?.nim?.heldDevices() ?? [],
    breakContext: () => running?.nim?.breakContext(),
    emit,
    async end() {
      isSilent = true;
      clearTimeout(restartTimer);
      if (running !== null) {
        const end = ended.promise;
        running.process.signal('KILL');
        await end;
      }
      if (state.status === 'restarting') state.status = 'exited';
      isSilent = false;
    },
  };
  return container;
}

/** The words that NIM images know at the place of a command; all else is for the shell. */
export function isNimProgram(first: string): boolean {
  return /(?:^|\/)(?:start_server\.sh|nim-serve|list-model-profiles|nim_list_model_profiles)$/.test(first);
}

/** Where the model cache lies on this machine; null where the engine alone knows. */
function cacheFolderOf({ mounts, env }: ContainerSpec): string | null {
  const path = env['NIM_CACHE_PATH'] ?? '/opt/nim/.cache';
  return mounts.find(({ type, target }) => type === 'bind' && target === path)?.source ?? null;
}
