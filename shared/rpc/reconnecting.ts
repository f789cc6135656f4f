import { type AppError, isAppError } from '../errors.ts';
import type { ApiOf, Contract } from './contract.ts';
import { callOver } from './connect.ts';
import { createLink, disconnected, type Link } from './link.ts';
import type { Port } from './port.ts';

export type ConnectionState =
  | { status: 'connecting' }
  | { status: 'connected' }
  /** `nextTryAt`: milliseconds since 1970. */
  | { status: 'waiting'; nextTryAt: number }
  /** The token is not right (any more); only another address helps. */
  | { status: 'refused' };

export interface ReconnectingClient<C extends Contract> {
  /**
   * The same object over all connections. A call made while there is none waits for the present or next try and fails
   * with DISCONNECTED if that fails; it obeys its signal all the while. What was open at a cut fails with DISCONNECTED:
   * only the caller knows whether to ask again.
   */
  readonly api: ApiOf<C>;
  /** The same object until the state changes. */
  getState(): ConnectionState;
  /** @returns unsubscribe */
  subscribe(listener: () => void): () => void;
  /** Cuts a wait short, for a button or a machine that wakes up. */
  retryNow(): void;
  close(): void;
}

export interface ReconnectingOptions {
  firstDelayMs?: number;
  maxDelayMs?: number;
  /** A connection that lasted so long was a good one: the next cut starts with the first delay again. */
  settledAfterMs?: number;
}

/** @param open one try; rejects when it fails, answers `refused` when no further try makes sense */
export function createReconnecting<C extends Contract>(
  open: (signal: AbortSignal) => Promise<Port | 'refused'>,
  contract: C,
  options: ReconnectingOptions = {},
): ReconnectingClient<C> {
  const { firstDelayMs = 250, maxDelayMs = 10_000, settledAfterMs = 5_000 } = options;
  const closing = new AbortController();
  const listeners = new Set<() => void>();
  let state: ConnectionState = { status: 'connecting' };
  let failures = 0;
  let port: Port | null = null;
  let link: Link | null = null;
  let nextLink = newWait();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const setState = (next: ConnectionState) => {
    state = next;
    for (const listener of listeners) listener();
  };

  const waitForNextTry = () => {
    const delayMs = Math.min(firstDelayMs * 2 ** failures, maxDelayMs);
    failures += 1;
    // Half of it is chance, so that the pages of one machine do not all come at once.
    const jitteredMs = delayMs * (0.5 + Math.random() / 2);
    timer = setTimeout(() => void connectOnce(), jitteredMs);
    setState({ status: 'waiting', nextTryAt: Date.now() + jitteredMs });
  };

  /** Those who wait for a link learn that this try brought none; who comes later waits for the next one. */
  const failWaiting = (error: AppError) => {
    nextLink.reject(error);
    nextLink = newWait();
  };

  const use = (opened: Port) => {
    const openedAt = Date.now();
    port = opened;
    link = createLink(opened);
    nextLink.resolve(link);
    setState({ status: 'connected' });
    opened.onClose(() => {
      port = null;
      link = null;
      nextLink = newWait();
      if (closing.signal.aborted) return;
      if (Date.now() - openedAt >= settledAfterMs) failures = 0;
      waitForNextTry();
    });
  };

  const connectOnce = async () => {
    clearTimeout(timer);
    setState({ status: 'connecting' });
    try {
      const opened = await open(closing.signal);
      if (opened === 'refused') {
        setState({ status: 'refused' });
        failWaiting(disconnected());
      } else if (closing.signal.aborted) opened.close();
      else use(opened);
    } catch (error) {
      if (closing.signal.aborted) return;
      failWaiting(isAppError(error) ? error : disconnected());
      waitForNextTry();
    }
  };

  const getLink = (): Link | Promise<Link> => {
    if (link !== null) return link;
    if (state.status === 'refused' || closing.signal.aborted) throw disconnected();
    return nextLink.promise;
  };

  void connectOnce();
  return {
    api: callOver(contract, getLink),
    getState: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    retryNow() {
      if (state.status === 'waiting') void connectOnce();
    },
    close() {
      closing.abort();
      clearTimeout(timer);
      port?.close();
      failWaiting(disconnected());
    },
  };
}

function newWait(): PromiseWithResolvers<Link> {
  const wait = Promise.withResolvers<Link>();
  // Often nobody waits, and then its failure is nobody's.
  wait.promise.catch(() => {});
  return wait;
}
