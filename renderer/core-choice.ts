import type { CoreName } from '../shared/rpc/login.ts';

const choiceKey = 'nimdeck.core';

/** Which core this tab is on; the address bar may ask for practice (`?practice`), once. */
export function takeCore(page: Pick<Window, 'location' | 'history' | 'sessionStorage'>): CoreName {
  const { location, history, sessionStorage } = page;
  const query = new URLSearchParams(location.search);
  if (query.has('practice')) {
    sessionStorage.setItem(choiceKey, 'practice');
    query.delete('practice');
    const rest = query.size === 0 ? '' : `?${query}`;
    history.replaceState(null, '', location.pathname + rest + location.hash);
  }
  return chosenCore(page);
}

function chosenCore({ location, sessionStorage }: Pick<Window, 'location' | 'sessionStorage'>): CoreName {
  const isAskedFor = new URLSearchParams(location.search).has('practice');
  return isAskedFor || sessionStorage.getItem(choiceKey) === 'practice' ? 'practice' : 'real';
}

/** Begins the page anew on the other core: nothing that it has seen of the one stays in it. */
export function switchCore(page: Pick<Window, 'location' | 'sessionStorage'>, core: CoreName): void {
  if (core === 'real') page.sessionStorage.removeItem(choiceKey);
  else page.sessionStorage.setItem(choiceKey, core);
  // Addresses name conversations and containers, which the other core does not have.
  page.location.hash = '#/home';
  page.location.reload();
}

/** The name under which a page keeps something for itself: what is written in practice is not found in the real thing. */
export function ownStorageKey(name: string): string {
  return chosenCore(window) === 'practice' ? `${name}.practice` : name;
}
