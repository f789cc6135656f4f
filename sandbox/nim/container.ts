import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NimConfig } from './config.ts';
import { managementBodies } from './endpoints.ts';
import { printEngineDied } from './failure-log.ts';
import { apiServer, type ContainerLog } from './log.ts';
import { createMetrics } from './metrics.ts';
import { profilesOf, selectProfile } from './profiles.ts';
import { createNimServer, type NimServer } from './server.ts';
import { type MemoryShortage, start } from './start.ts';
import type { NimControl, NimState } from './state.ts';

/** What is around a container: a process with a port of its own, or an engine that holds many in one. */
export interface NimHost {
  /** Lets requests in, from this machine's port to the server. */
  open(server: Server): Promise<void>;
  /** SIGTERM. */
  readonly terminated: AbortSignal;
  /** SIGKILL: ends at once and prints nothing. */
  readonly killed: AbortSignal;
  /** Takes the model's share of the GPU; null where it got it, or need not ask. */
  takeMemory: () => MemoryShortage | null;
  /** The folder behind the model cache; null where it is no folder of this machine. */
  readonly cacheFolder: string | null;
  /** What others leave of the GPUs, above 0 to 1; missing: all of it. */
  share?(): number;
  /** Says how many answers are on their way, whenever that changes. */
  onWork?(running: number): void;
  /** Hands out the way to change what it does. */
  onControl?(control: (change: NimControl) => void): void;
}

/** From the first line of the log to the exit code. */
export async function runContainer(config: NimConfig, log: ContainerLog, host: NimHost): Promise<number> {
  const exit = Promise.withResolvers<number>();
  const stopped = new AbortController();
  const state: NimState = {
    condition: 'refused',
    requests: 0,
    running: 0,
    aborted: 0,
    finished: 0,
    tokens: 0,
    record: [],
  };
  const profile = selectProfile(config) ?? profilesOf(config)[0];
  if (profile === undefined) throw new Error('no profile');

  const nim: NimServer = {
    config,
    log,
    state,
    speed: { ttftMs: config.ttftMs, tokensPerSecond: config.tokensPerSecond },
    metrics: createMetrics(config),
    cachedTokens: { count: 0 },
    running: new Set(),
    onRunning: (count) => host.onWork?.(count),
    share: host.share === undefined ? undefined : () => host.share?.() ?? 1,
    bodies: managementBodies(config, profile, new Date()),
    onFinished: () => {
      if (config.failAfter.requests !== null && state.finished >= config.failAfter.requests) failNow();
    },
    control,
  };
  const server = createNimServer(nim);
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });

  function killEngine(): void {
    if (state.condition !== 'ready') return;
    printEngineDied(log);
    state.condition = 'unhealthy';
    for (const end of nim.running) end('engine dead');
  }

  function failNow(): void {
    if (config.failure !== 'dies-later' && config.failure !== 'unhealthy-later') return;
    killEngine();
    if (config.failure === 'dies-later') setImmediate(() => exit.resolve(1));
  }

  function control(change: NimControl): void {
    if (change.ttftMs !== undefined) nim.speed.ttftMs = change.ttftMs;
    if (change.tokensPerSecond !== undefined) nim.speed.tokensPerSecond = change.tokensPerSecond;
    if (change.condition === 'unhealthy') killEngine();
    if (change.condition === 'ready') state.condition = 'ready';
    if (change.breakStreams === true) for (const end of nim.running) end('reset');
    if (change.exit !== undefined) {
      if (change.exit !== 0) killEngine();
      setImmediate(() => exit.resolve(change.exit ?? 1));
    }
  }

  const onTerm = () => {
    stopped.abort();
    if (state.condition === 'ready') {
      log.err(`${apiServer}INFO:     Shutting down\n`);
      log.err(`${apiServer}INFO:     Waiting for application shutdown.\n`);
      log.err(`${apiServer}INFO:     Application shutdown complete.\n`);
    }
    exit.resolve(0);
  };
  const onKill = () => {
    stopped.abort();
    exit.resolve(137);
  };
  host.terminated.addEventListener('abort', onTerm, { once: true });
  host.killed.addEventListener('abort', onKill, { once: true });
  host.onControl?.(control);

  const wait = (seconds: number) => sleep(seconds * 1000, undefined, { signal: stopped.signal });
  const listen = async () => {
    await host.open(server);
    state.condition = 'loading';
  };

  async function run(): Promise<void> {
    const failedWith = await start(config, log, wait, { ...host, listen });
    if (failedWith !== null) {
      exit.resolve(failedWith);
      return;
    }
    state.condition = 'ready';
    if (config.failAfter.seconds === null) return;
    await wait(config.failAfter.seconds);
    failNow();
  }
  run().catch((error: unknown) => {
    if (!stopped.signal.aborted) exit.reject(error);
  });

  try {
    return await exit.promise;
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}
