import Docker from 'dockerode';
import type { EngineState, ImageStore } from '../../shared/contract/engine.ts';
import { AppError } from '../../shared/errors.ts';
import type { EngineEvent, EngineService } from '../engine/service.ts';

export interface FixedEngine extends EngineService {
  /** As if the engine had sent it. */
  emit(event: EngineEvent): void;
  /** As if the connection had changed; listeners are told. */
  become(change: Partial<EngineState>): void;
}

/** An engine that is connected from the start and stays so, for tests of what is built on one. */
export function createFixedEngine(socketPath: string, about: Partial<EngineState> = {}): FixedEngine {
  const docker = new Docker({ socketPath });
  const changeListeners = new Set<(state: EngineState) => void>();
  const eventListeners = new Set<(event: EngineEvent) => void>();
  let state: EngineState = {
    status: 'connected',
    since: new Date(0).toISOString(),
    endpoint: { source: 'docker-host', address: `unix://${socketPath}`, contextName: null },
    kind: 'docker',
    version: null,
    apiVersion: null,
    operatingSystem: null,
    architecture: null,
    store: null,
    rootDirectory: null,
    hasNvidiaRuntime: null,
    hasCdi: null,
    isRootless: null,
    isLocal: true,
    failure: null,
    ...about,
  };
  const unreachable = () => new AppError('ENGINE_UNREACHABLE', 'The test’s engine is away.');
  const listen = <T>(listeners: Set<T>, listener: T) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
  return {
    api: {
      async *watch() {
        yield state;
      },
      recheck: async () => state,
    },
    docker() {
      if (state.status !== 'connected') throw unreachable();
      return docker;
    },
    state: () => state,
    settled: async () => state,
    onChange: (listener) => listen(changeListeners, listener),
    onEvent: (listener) => listen(eventListeners, listener),
    emit(event) {
      for (const listener of eventListeners) listener(event);
    },
    become(change) {
      state = { ...state, ...change };
      for (const listener of changeListeners) listener(state);
    },
    close: async () => {},
  };
}

/** A fixed engine with what the real one says of itself, and its events. */
export async function connectFixedEngine(socketPath: string): Promise<FixedEngine & AsyncDisposable> {
  const docker = new Docker({ socketPath });
  const [info, version] = await Promise.all([
    docker.info() as Promise<{ Driver: string; DriverStatus: string[][] | null; Architecture: string }>,
    docker.version(),
  ]);
  const isContainerd = (info.DriverStatus ?? []).some((pair) => pair.includes('io.containerd.snapshotter.v1'));
  const store: ImageStore = isContainerd ? 'containerd' : info.Driver === 'overlay2' ? 'overlay2' : 'other';
  const engine = createFixedEngine(socketPath, { store, version: version.Version, architecture: info.Architecture });
  const events = await docker.getEvents({ filters: { type: ['image'] } });
  events.on('error', () => undefined);
  let rest = '';
  events.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines.filter((each) => each.trim() !== '')) {
      const { Action, Actor } = JSON.parse(line) as {
        Action: string;
        Actor: { ID: string; Attributes: Record<string, string> };
      };
      engine.emit({ type: 'image', action: Action, id: Actor.ID, attributes: Actor.Attributes, timeNano: 0n });
    }
  });
  return {
    ...engine,
    async [Symbol.asyncDispose]() {
      (events as unknown as { destroy(): void }).destroy();
    },
  };
}
