import type { Api } from '../../shared/contract/index.ts';
import type { CoreDeps } from '../deps.ts';
import type { NimsService } from '../nims/service.ts';
import type { Store } from '../store/store.ts';

export interface ChatService {
  api: Api['chat'];
  /** Saves what every turn has so far and closes the connections. */
  close(): Promise<void>;
}

export declare function createChatService(deps: CoreDeps, nims: NimsService, store: Store): Promise<ChatService>;
