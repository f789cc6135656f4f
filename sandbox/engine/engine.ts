import { type Container } from './container.ts';
import { createContainers } from './containers.ts';
import { createEvents } from './events.ts';
import { createFaultBoard } from './fault-board.ts';
import { type EngineFault, engineFaults, type Provoked } from './faults.ts';
import { startFlood } from './flood.ts';
import { anyNim, type ImageRecipe } from './image.ts';
import { createImageStore } from './image-store.ts';
import { createPorts } from './ports.ts';
import { createPulls } from './pulls.ts';
import { parseReference } from './reference.ts';
import { containerRoutes } from './routes-containers.ts';
import { execRoutes } from './routes-exec.ts';
import { imageRoutes } from './routes-images.ts';
import { systemRoutes } from './routes-system.ts';
import { createEngineServer } from './server.ts';
import { factsOf, type StoreMode } from './store-mode.ts';
import { createVolumes } from './volumes.ts';
import type { Machine } from '../machines/machine.ts';

export { storeModes, type StoreMode } from './store-mode.ts';

export interface EnginePace {
  /** Of a pull, all layers together. */
  bytesPerSecond: number;
  /** Divides the times of a NIM's start (136 s as measured) and what else takes time. */
  speed: number;
}

export interface EngineOptions {
  /** Path of the unix socket, or of the named pipe. */
  socket: string;
  store: StoreMode;
  machine: Machine;
  /** What can be pulled. */
  images: readonly ImageRecipe[];
  /** Any other reference: an image made up, or null for “not found”. Without it: all under `nvcr.io/nim/`. */
  otherImage?: (reference: string) => ImageRecipe | null;
  /** References that are there from the beginning. */
  present?: readonly string[];
  /** Whether this key may pull; asked for images that need one, and for a key that is sent along. */
  isKeyRight: (key: string) => boolean | Promise<boolean>;
  pace: EnginePace;
  /** `x86_64` unless told. */
  architecture?: 'x86_64' | 'aarch64';
}

export interface SandboxEngine {
  /** For `DOCKER_HOST`. */
  readonly host: string;
  /** Happens at its next occasion, or at once. False: there is nothing it could happen to (no NIM runs). */
  provoke(fault: EngineFault): boolean;
  /** Takes back what waits or lasts; without a name everything. */
  undo(fault?: EngineFault): void;
  provoked(): readonly Provoked[];
  onChange(listener: () => void): () => void;
  setPace(pace: Partial<EnginePace>): void;
  /** Ends what runs first: another machine is another computer. */
  setMachine(machine: Machine): Promise<void>;
  /** Ends every container and pull; leaves no socket, port or timer. */
  close(): Promise<void>;
}

/** A container engine made of nothing but this process: its socket answers as Docker's or Podman's does. */
export async function startEngine(options: EngineOptions): Promise<SandboxEngine> {
  const { store: mode, isKeyRight } = options;
  const facts = factsOf[mode];
  const pace = { ...options.pace };
  const events = createEvents();
  const faults = createFaultBoard();
  const images = createImageStore(facts);
  const volumes = createVolumes(facts, events);
  const known = new Map(options.images.map((recipe) => [parseReference(recipe.reference).name, recipe]));
  const recipeFor = (reference: string) => known.get(reference) ?? (options.otherImage ?? anyNim)(reference);
  let machine = options.machine;
  // DGX Spark's processor is Arm's; every other machine here has Intel's or AMD's.
  const architectureOf = ({ id }: Machine) => options.architecture ?? (id === 'gb10' ? 'aarch64' : 'x86_64');
  const architecture = () => architectureOf(machine);
  let lastPid = 20_000 + Math.floor(Math.random() * 9_000);
  // A container's processes are several, and others start in between.
  const nextPid = () => (lastPid += 3 + Math.floor(Math.random() * 40));

  const containers = createContainers({
    machine: () => machine,
    facts,
    events,
    ports: createPorts(),
    volumes,
    speed: () => pace.speed,
    isKeyRight,
    nextPid,
    takeStaysLoading: () => faults.take(['next-nim-stays-502']) !== null,
    knowsRuntime: (name) =>
      name === 'runc' || (name === 'nvidia' && machine.id !== 'none' && facts.gpuWays.includes('hook')),
  });
  const pulls = createPulls({
    mode,
    store: images,
    events,
    faults,
    pace,
    recipeFor,
    isKeyRight,
    platform: () => (architecture() === 'aarch64' ? 'linux/arm64' : 'linux/amd64'),
  });
  const server = createEngineServer(options.socket, facts, [
    ...systemRoutes({
      mode,
      facts,
      architecture,
      machine: () => machine,
      images,
      containers,
      volumes,
      events,
      isKeyRight,
    }),
    ...imageRoutes({ images, containers, pulls, events, facts, architecture }),
    ...execRoutes(containers, nextPid),
    ...containerRoutes(containers, images),
  ]);
  for (const reference of options.present ?? []) {
    const { name } = parseReference(reference);
    const recipe = recipeFor(name);
    if (recipe === null) throw new Error(`There is no image ${reference}.`);
    images.add(recipe, name);
  }

  let opening: Promise<void> = server.open();
  let flood: ReturnType<typeof startFlood> | null = null;
  let stopWatching = watchMachine();
  await opening;

  /** What computes on a GPU that falls off the bus dies of it, and what only holds its memory has lost that. */
  function watchMachine(): () => void {
    return machine.onChange(() => {
      const there = new Set(machine.devices().map(({ uuid }) => uuid));
      for (const container of containers.all()) {
        if (container.heldDevices().some((uuid) => !there.has(uuid))) container.breakContext();
      }
    });
  }

  const runningNims = () =>
    containers.all().filter((each) => each.isRunning && each.image.recipe.content.kind === 'nim');
  const newestNim = (): Container | undefined =>
    runningNims().toSorted((a, b) => Number((b.state.startedNano ?? 0n) - (a.state.startedNano ?? 0n)))[0];

  async function endAll(): Promise<void> {
    await Promise.all(containers.all().map((each) => each.end()));
  }

  /** Each step waits for the one before: gone and back in quick succession must end up back. */
  function inTurn(step: () => Promise<void>): void {
    opening = opening.then(step);
  }

  function provoke(fault: EngineFault): boolean {
    const nim = engineFaults.some(({ id, needsNim }) => id === fault && needsNim) ? newestNim() : undefined;
    switch (fault) {
      case 'nim-dies':
        return nim?.control({ exit: 1 }) ?? false;
      case 'nim-floods-log':
        if (nim === undefined) return false;
        flood?.stop();
        flood = startFlood(nim, () => {
          flood = null;
          faults.clear(fault);
        });
        faults.set(fault, true);
        break;
      case 'engine-hangs':
        server.setHanging(true);
        faults.set(fault, true);
        break;
      case 'engine-is-gone':
        faults.set(fault, true);
        // As after a crash: whoever looks again finds its containers ended (test host 4).
        inTurn(async () => {
          await server.close();
          await endAll();
        });
        break;
      case 'pulls-are-slow':
      case 'disk-is-nearly-full':
        faults.set(fault, true);
        break;
      case 'next-pull-stalls':
      case 'next-pull-breaks':
      case 'next-pull-dies':
      case 'next-pull-fills-disk':
      case 'next-nim-stays-502':
        faults.set(fault, false);
        break;
    }
    return true;
  }

  function undo(fault: EngineFault): void {
    if (!faults.has(fault)) return;
    faults.clear(fault);
    if (fault === 'nim-floods-log') flood?.stop();
    if (fault === 'engine-hangs') server.setHanging(false);
    if (fault === 'engine-is-gone') inTurn(() => server.open());
  }

  return {
    host: process.platform === 'win32' ? `npipe://${options.socket.replaceAll('\\', '/')}` : `unix://${options.socket}`,
    provoke,
    undo(fault) {
      for (const each of fault === undefined ? engineFaults.map(({ id }) => id) : [fault]) undo(each);
    },
    provoked: () => faults.list(),
    onChange: (listener) => faults.onChange(listener),
    setPace: (change) => void Object.assign(pace, change),
    async setMachine(next) {
      stopWatching();
      await endAll();
      const isOtherProcessor = architectureOf(next) !== architecture();
      machine = next;
      stopWatching = watchMachine();
      // Another computer: whoever is connected has to ask again what this one is.
      if (isOtherProcessor && !faults.has('engine-is-gone')) {
        inTurn(async () => {
          await server.close();
          await server.open();
        });
        await opening;
      }
    },
    async close() {
      stopWatching();
      flood?.stop();
      await opening;
      await server.close();
      await pulls.close();
      await endAll();
    },
  };
}
