import type { Route } from '../route.ts';

export type RailPageName = 'home' | 'models' | 'running' | 'hardware' | 'chat' | 'compare' | 'settings';

/** Which entry of the rail a route belongs to. */
export function railPageOf(route: Route): RailPageName | null {
  if (route.page === 'not-found' || route.page === 'present') return null;
  if (route.page === 'vectors') return 'running';
  return route.page === 'nim' ? 'running' : route.page;
}
