import type { CoreDeps } from '../deps.ts';
import type { Store } from './store.ts';

export declare function openStore(deps: CoreDeps): Promise<Store>;
