import { contract, type Api } from '../shared/contract/index.ts';
import { type Bridge, bridgeWire } from '../shared/rpc/bridge.ts';
import { type CoreName, login } from '../shared/rpc/login.ts';
import type { Port } from '../shared/rpc/port.ts';
import { createReconnecting, type ConnectionState } from '../shared/rpc/reconnecting.ts';
import { openWebSocketPort } from '../shared/rpc/websocket-client.ts';
import { jsonPort, maxFrameBytes } from '../shared/rpc/wire.ts';
import { switchCore, takeCore } from './core-choice.ts';
import { takeToken } from './token.ts';

export type { ConnectionState };

/** One `api` for the life of the page, whatever happens to the transport under it; and how the page stands with core. */
export interface Connection {
  readonly api: Api;
  /** What the page lies in: some keys belong to a browser, in a window of our own they are ours. */
  readonly shell: 'desktop' | 'browser';
  /** Which core it talks to: the one of this machine, or the one of practice mode. */
  readonly core: CoreName;
  /** Begins the page anew on that core; the tab remembers it. */
  switchCore: (core: CoreName) => void;
  /** The same object until it changes. */
  getState: () => ConnectionState;
  subscribe: (listener: () => void) => () => void;
  /** Ends a wait. */
  retryNow: () => void;
}

declare global {
  interface Window {
    /** Put there by the desktop's preload script, under the name that `bridgeName` says. */
    readonly nimdeckBridge?: Bridge;
  }
}

type OpenPort = (core: CoreName, signal: AbortSignal) => Promise<Port | 'refused'>;

/** Over the desktop's bridge where there is one, else over the browser shell's WebSocket. */
export function connectToShell(page: Window): Connection {
  const bridge = page.nimdeckBridge;
  const core = takeCore(page);
  const open = bridge === undefined ? overWebSocket(page) : overBridge(bridge);
  const reconnecting = createReconnecting((signal) => open(core, signal), contract);
  const shell = bridge === undefined ? 'browser' : 'desktop';
  return { ...reconnecting, shell, core, switchCore: (other) => switchCore(page, other) };
}

function overWebSocket(page: Window): OpenPort {
  const token = takeToken(page);
  const address = new URL('rpc', page.location.href);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  address.hash = '';
  address.search = '';
  return async (core, signal) =>
    token === null ? 'refused' : openWebSocketPort(address.href, token, { core, signal });
}

function overBridge(bridge: Bridge): OpenPort {
  return async (core, signal) => {
    const wire = bridgeWire(bridge);
    // The desktop knows its own page without a token; the login says which core the page wants.
    const welcome = await login(wire, 'window', { core, signal });
    return welcome === 'refused' ? welcome : jsonPort(wire, maxFrameBytes.up);
  };
}

/** Resolves when calls can be made again; rejects with the signal's reason. */
export function whenConnected(connection: Connection, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = () => {
      if (!signal.aborted && connection.getState().status !== 'connected') return;
      unsubscribe();
      signal.removeEventListener('abort', settle);
      if (signal.aborted) reject(signal.reason);
      else resolve();
    };
    const unsubscribe = connection.subscribe(settle);
    signal.addEventListener('abort', settle);
    settle();
  });
}

/** Calls the listener each time a cut connection is there again. */
export function onReconnect(connection: Connection, listener: () => void): () => void {
  let wasConnected = connection.getState().status === 'connected';
  let hasBeenConnected = wasConnected;
  return connection.subscribe(() => {
    const isConnected = connection.getState().status === 'connected';
    if (isConnected && !wasConnected && hasBeenConnected) listener();
    wasConnected = isConnected;
    hasBeenConnected ||= isConnected;
  });
}
