import Docker from 'dockerode';
import type { EngineState } from '../../shared/contract/engine.ts';
import type { EngineService } from '../engine/service.ts';
import { type Asked, startScriptedServer } from './scripted-http.ts';

export interface ScriptedContainer {
  Created: string;
  Config: { Tty: boolean };
  State: { Running: boolean; StartedAt: string; FinishedAt: string };
}

export interface ScriptedEngine extends AsyncDisposable {
  engine: EngineService;
  /** What inspect answers; what is not here is gone. */
  containers: Map<string, ScriptedContainer>;
  /** The next request for a log. */
  logs(): Promise<Asked>;
  setStatus(status: EngineState['status']): void;
}

/** The engine's side of the log: real HTTP through real dockerode, with every chunk and every break in the hands of the test. */
export async function startScriptedEngine(): Promise<ScriptedEngine> {
  const server = await startScriptedServer();
  const { hostname, port } = new URL(server.address);
  const docker = new Docker({ host: hostname, port: Number(port), protocol: 'http' });
  const containers = new Map<string, ScriptedContainer>();
  const listeners = new Set<(state: EngineState) => void>();
  const logRequests: Asked[] = [];
  const takers: ((asked: Asked) => void)[] = [];
  let status: EngineState['status'] = 'connected';
  const state = () => ({ status }) as EngineState;

  async function answer(): Promise<void> {
    for (;;) {
      const asked = await server.next();
      const [, , id = '', verb = ''] = new URL(asked.url, server.address).pathname.split('/');
      if (verb === 'logs') {
        const taker = takers.shift();
        if (taker === undefined) logRequests.push(asked);
        else taker(asked);
        continue;
      }
      const container = containers.get(id);
      asked.response.writeHead(container === undefined ? 404 : 200, { 'content-type': 'application/json' });
      asked.response.end(JSON.stringify(container ?? { message: 'No such container' }));
    }
  }
  void answer();

  return {
    engine: {
      docker: () => docker,
      state,
      onChange(listener: (state: EngineState) => void) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    } as unknown as EngineService,
    containers,
    logs: () =>
      new Promise((resolve) => {
        const first = logRequests.shift();
        if (first === undefined) takers.push(resolve);
        else resolve(first);
      }),
    setStatus(next) {
      status = next;
      for (const listener of listeners) listener(state());
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
