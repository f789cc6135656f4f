import { useSyncExternalStore } from 'react';
import { parseRoute, toHash, type Route } from './route.ts';

export * from './route.ts';

/** Not `hashchange`, which says that the reader goes elsewhere. */
const moreExact = 'nimdeck-address';

function subscribe(listener: () => void): () => void {
  window.addEventListener('hashchange', listener);
  window.addEventListener(moreExact, listener);
  return () => {
    window.removeEventListener('hashchange', listener);
    window.removeEventListener(moreExact, listener);
  };
}

let lastHash: string | null = null;
let lastRoute: Route = { page: 'home' };

function currentRoute(): Route {
  if (window.location.hash !== lastHash) {
    lastHash = window.location.hash;
    lastRoute = parseRoute(lastHash);
  }
  return lastRoute;
}

export function useRoute(): Route {
  return useSyncExternalStore(subscribe, currentRoute);
}

/** `replace` leaves no step in the history: for an address that only became more exact. */
export function navigate(route: Route, { replace = false } = {}): void {
  if (!replace) {
    window.location.hash = toHash(route);
    return;
  }
  window.history.replaceState(null, '', toHash(route));
  window.dispatchEvent(new Event(moreExact));
}
