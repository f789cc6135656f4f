import type { Api } from '../../shared/contract/index.ts';
import type { Connection, ConnectionState } from '../connection.ts';

export interface FakeConnection extends Connection {
  shell: Connection['shell'];
  core: Connection['core'];
  /** Where the page asked to be switched to, in order. */
  switches: Connection['core'][];
  setState(state: ConnectionState): void;
  retries: number;
}

export function createFakeConnection(api: Api, initial: ConnectionState = { status: 'connected' }): FakeConnection {
  let state = initial;
  const listeners = new Set<() => void>();
  const connection: FakeConnection = {
    api,
    shell: 'desktop',
    core: 'real',
    switches: [],
    switchCore: (core) => void connection.switches.push(core),
    retries: 0,
    getState: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    setState(next) {
      state = next;
      for (const listener of listeners) listener();
    },
    retryNow: () => {
      connection.retries += 1;
    },
  };
  return connection;
}
