import { type ComponentType, lazy, type LazyExoticComponent } from 'react';
import { loadPart } from './load-part.ts';

/** A component that is loaded when it is first shown: `lazyPart(() => import('./page.tsx').then((part) => part.Page))`. */
export function lazyPart<Props>(load: () => Promise<ComponentType<Props>>): LazyExoticComponent<ComponentType<Props>> {
  return lazy(async () => ({ default: await loadPart(load) }));
}
