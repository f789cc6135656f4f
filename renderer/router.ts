import { useSyncExternalStore } from 'react';

export type NimTab = 'overview' | 'log';

export type Route =
  | { page: 'home' }
  | { page: 'models' }
  | { page: 'running' }
  | { page: 'nim'; nimId: string; tab: NimTab }
  /** Both null: a new conversation, with whichever NIM is ready. */
  | { page: 'chat'; conversationId: string | null; nimId: string | null }
  | { page: 'settings'; section?: SettingsSection }
  | { page: 'not-found' };

/** Parts of the settings that can be led to. */
export const settingsSections = ['key', 'appearance', 'keyboard', 'storage', 'about'] as const;
export type SettingsSection = (typeof settingsSections)[number];

/** The address behind `#`; every page, NIM and tab has its own. */
export function parseRoute(hash: string): Route {
  const [page = '', first, second, ...rest] = hash
    .replace(/^#?\/?/, '')
    .split('/')
    .map(decode);
  if (rest.length > 0) return { page: 'not-found' };
  if (page === '') return { page: 'home' };
  if (page === 'home' || page === 'models') return first === undefined ? { page } : { page: 'not-found' };
  if (page === 'settings') {
    if (first === undefined) return { page };
    const section = settingsSections.find((each) => each === first);
    return section === undefined || second !== undefined ? { page: 'not-found' } : { page, section };
  }
  if (page === 'running') {
    if (first === undefined) return { page: 'running' };
    if (second === undefined || second === 'overview') return { page: 'nim', nimId: first, tab: 'overview' };
    return second === 'log' ? { page: 'nim', nimId: first, tab: 'log' } : { page: 'not-found' };
  }
  if (page === 'chat') {
    if (first === undefined || first === 'new') return { page: 'chat', conversationId: null, nimId: second ?? null };
    return second === undefined ? { page: 'chat', conversationId: first, nimId: null } : { page: 'not-found' };
  }
  return { page: 'not-found' };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // A typed address may hold a stray percent sign; it then names nothing.
    return part;
  }
}

export function toHash(route: Route): string {
  switch (route.page) {
    case 'nim':
      return `#/running/${encodeURIComponent(route.nimId)}/${route.tab}`;
    case 'chat':
      if (route.conversationId !== null) return `#/chat/${encodeURIComponent(route.conversationId)}`;
      return route.nimId === null ? '#/chat' : `#/chat/new/${encodeURIComponent(route.nimId)}`;
    case 'home':
    case 'models':
    case 'running':
      return `#/${route.page}`;
    case 'settings':
      return route.section === undefined ? '#/settings' : `#/settings/${route.section}`;
    case 'not-found':
      return '#/home';
    default:
      return route satisfies never;
  }
}

function subscribe(listener: () => void): () => void {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
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
  window.dispatchEvent(new HashChangeEvent('hashchange'));
}
