import type Docker from 'dockerode';
import type { EngineState } from '../../shared/contract/engine.ts';
import type { Api } from '../../shared/contract/index.ts';
import { AppError, cancelled } from '../../shared/errors.ts';
import type { CoreDeps } from '../deps.ts';
import { createValue } from '../lib/value.ts';
import { connectEngine, connectionError, describeWithin, type EngineSession, ping, within } from './connect.ts';
import { findCandidates } from './contexts.ts';
import { type EnginePace, usualPace } from './pace.ts';

/** One line of the engine's event stream, as far as anything here uses it. */
export interface EngineEvent {
  type: 'container' | 'image';
  action: string;
  /** A container's full id; an image's reference or id. */
  id: string;
  attributes: Readonly<Record<string, string>>;
  timeNano: bigint;
}

export interface EngineService {
  api: Api['engine'];
  /** The engine while connected; throws the AppError of the present state otherwise. */
  docker(): Docker;
  state(): EngineState;
  /** Waits out the very first attempt: resolves as soon as the state is no longer `connecting`. */
  settled(signal?: AbortSignal): Promise<EngineState>;
  /** Called after every connect and reconnect (what was missed meanwhile must be read again), and on every loss. */
  onChange(listener: (state: EngineState) => void): () => void;
  /** Container and image events while connected; healthcheck noise is filtered out at the engine. */
  onEvent(listener: (event: EngineEvent) => void): () => void;
  close(): Promise<void>;
}

const nothingKnown = {
  endpoint: null,
  kind: null,
  version: null,
  apiVersion: null,
  operatingSystem: null,
  architecture: null,
  store: null,
  rootDirectory: null,
  hasNvidiaRuntime: null,
  hasCdi: null,
  isRootless: null,
  isLocal: null,
} satisfies Partial<EngineState>;

/** Keeps the connection to the engine for as long as core lives: connects, listens, notices the loss, tries again. */
export function createEngineService(deps: CoreDeps, pace: EnginePace = usualPace): EngineService {
  const { log } = deps;
  const instant = () => new Date(deps.now()).toISOString();
  const state = createValue<EngineState>({ ...nothingKnown, status: 'connecting', since: instant(), failure: null });
  const changeListeners = new Set<(state: EngineState) => void>();
  const eventListeners = new Set<(event: EngineEvent) => void>();
  const closing = new AbortController();
  let session: (EngineSession & { end(reason: AppError): void }) | null = null;
  let lostAt: number | null = null;
  /** Attempts to connect, counted: how many began, and the number of the last one that came to an end. */
  const attempts = createValue({ began: 0, ended: 0 });
  let wake = Promise.withResolvers<void>();

  function publish(next: EngineState) {
    const isChange = next.status !== state.get().status;
    state.set(next);
    if (!isChange) return;
    log.info('engine.state', { status: next.status, code: next.failure?.code, address: next.endpoint?.address });
    tell(changeListeners, next);
  }

  function tell<T>(listeners: ReadonlySet<(value: T) => void>, value: T) {
    for (const listener of listeners) {
      try {
        listener(value);
      } catch (error) {
        // One deaf listener must not cost the others the message, nor core the connection.
        log.error('engine.listener-failed', { message: String(error) });
      }
    }
  }

  function connected({ endpoint, isLocal, description }: EngineSession) {
    lostAt = null;
    const since = state.get().status === 'connected' ? state.get().since : instant();
    publish({ ...description, status: 'connected', since, endpoint, isLocal, failure: null });
  }

  const wasJustLost = () => lostAt !== null && deps.steady() - lostAt < pace.lostForMs;

  function failed(error: AppError) {
    const before = state.get();
    if (error.code === 'ENGINE_LOST') lostAt = deps.steady();
    const isStillLost = wasJustLost() && error.code === 'ENGINE_UNREACHABLE';
    const isSame = before.failure?.code === error.code && before.failure.message === error.message;
    if (isStillLost || isSame) return;
    const since = before.status === 'unreachable' ? before.since : instant();
    // What the engine was stays readable while it is away: pages need not forget it.
    publish({ ...before, status: 'unreachable', since, failure: error.toFailure() });
  }

  async function run() {
    let failures = 0;
    while (!closing.signal.aborted) {
      const ending = new AbortController();
      const signal = AbortSignal.any([closing.signal, ending.signal]);
      attempts.set({ ...attempts.get(), began: attempts.get().began + 1 });
      try {
        const opened = await connectEngine(deps, signal, pace);
        failures = 0;
        session = { ...opened, end: (reason) => ending.abort(reason) };
        connected(session);
        attempts.set({ ...attempts.get(), ended: attempts.get().began });
        await listen(session, signal);
        throw lost(opened.endpoint.address);
      } catch (error) {
        session = null;
        if (closing.signal.aborted) break;
        const reason: unknown = ending.signal.aborted ? ending.signal.reason : error;
        failed(connectionError(reason, state.get().endpoint ?? { address: 'its address' }));
        failures += 1;
      } finally {
        // Also ends the event stream of a session that is over.
        ending.abort(cancelled());
        attempts.set({ ...attempts.get(), ended: attempts.get().began });
      }
      await pause(failures);
    }
  }

  /** Until the event stream ends, however it ends. */
  async function listen({ events, docker, endpoint }: EngineSession, signal: AbortSignal) {
    const beating = beat(docker, endpoint.address, signal);
    try {
      for await (const event of events) tell(eventListeners, event);
    } catch (error) {
      if (signal.aborted) throw error;
      // A cut connection is the normal end of an engine; what it said last adds nothing.
      throw lost(endpoint.address, error);
    } finally {
      clearInterval(beating);
    }
  }

  function beat(docker: Docker, address: string, signal: AbortSignal) {
    return setInterval(() => {
      within(2 * pace.pingMs, signal, (limited) => ping(docker, limited)).catch((error: unknown) => {
        if (!signal.aborted) session?.end(lost(address, error, 'stopped answering'));
      });
    }, pace.heartbeatMs);
  }

  async function pause(failures: number) {
    const { endpoint } = state.get();
    const isRemote = state.get().isLocal === false || (endpoint !== null && !/^(unix|npipe):/.test(endpoint.address));
    const cap = isRemote ? pace.remoteRetryMs : wasJustLost() ? pace.returnRetryMs : pace.localRetryMs;
    const delay = Math.min(cap, pace.firstRetryMs * 2 ** Math.max(0, failures - 1));
    const timer = setTimeout(() => wake.resolve(), delay);
    await wake.promise;
    clearTimeout(timer);
    wake = Promise.withResolvers();
  }

  async function recheck(signal: AbortSignal | undefined): Promise<EngineState> {
    const asking = AbortSignal.any(signal === undefined ? [closing.signal] : [closing.signal, signal]);
    const current = session;
    if (current !== null) {
      try {
        const [wanted] = await findCandidates(deps);
        if (wanted !== undefined && wanted.source !== 'default-socket' && wanted.address !== current.endpoint.address) {
          throw new AppError('ENGINE_UNREACHABLE', `Another engine was chosen: ${wanted.address}.`);
        }
        const description = await describeWithin(current.docker, asking, pace);
        if (session === current) connected({ ...current, description });
        return state.get();
      } catch (error) {
        if (asking.aborted) throw cancelled();
        current.end(error instanceof AppError ? error : lost(current.endpoint.address, error, 'stopped answering'));
      }
    }
    // An attempt that is under way began before the question: if it fails, the next one counts.
    const enough = attempts.get().began + 1;
    for await (const { ended } of attempts.watch(asking)) {
      if (ended >= enough || (session !== null && session !== current)) return state.get();
      wake.resolve();
    }
    throw cancelled();
  }

  const running = run();

  return {
    api: {
      watch: (_input, options) => state.watch(options?.signal),
      recheck: (_input, options) => recheck(options?.signal),
    },
    docker() {
      if (session !== null) return session.docker;
      const { failure, status } = state.get();
      if (failure !== null) throw new AppError(failure.code, failure.message, failure.detail);
      throw new AppError(
        'ENGINE_UNREACHABLE',
        status === 'connecting' ? 'Still looking for the engine.' : 'No engine.',
      );
    },
    state: () => state.get(),
    async settled(signal) {
      for await (const next of state.watch(signal)) if (next.status !== 'connecting') return next;
      throw cancelled();
    },
    onChange: (listener) => subscribe(changeListeners, listener),
    onEvent: (listener) => subscribe(eventListeners, listener),
    async close() {
      closing.abort(cancelled());
      wake.resolve();
      await running;
      changeListeners.clear();
      eventListeners.clear();
    },
  };
}

function subscribe<T>(listeners: Set<(value: T) => void>, listener: (value: T) => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

function lost(address: string, cause?: unknown, how = 'ended the connection'): AppError {
  return new AppError('ENGINE_LOST', `The engine at ${address} ${how}.`, { address }, { cause });
}
