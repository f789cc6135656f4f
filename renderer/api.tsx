import { createContext, use, useSyncExternalStore, type ReactNode } from 'react';
import type { Api } from '../shared/contract/index.ts';
import type { Connection, ConnectionState } from './connection.ts';

const ConnectionContext = createContext<Connection | null>(null);

export function ApiProvider({ connection, children }: { connection: Connection; children: ReactNode }) {
  return <ConnectionContext value={connection}>{children}</ConnectionContext>;
}

export function useConnection(): Connection {
  const connection = use(ConnectionContext);
  if (connection === null) throw new Error('useConnection outside of ApiProvider');
  return connection;
}

/** The only way to the world. */
export function useApi(): Api {
  return useConnection().api;
}

export function useConnectionState(): ConnectionState {
  const connection = useConnection();
  return useSyncExternalStore(connection.subscribe, connection.getState);
}
