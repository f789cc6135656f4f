import type Docker from 'dockerode';
import type { EngineState } from '../../shared/contract/engine.ts';
import type { Api } from '../../shared/contract/index.ts';
import type { CoreDeps } from '../deps.ts';

/** One line of the engine's event stream, as far as anything here uses it. */
export interface EngineEvent {
  type: 'container' | 'image';
  action: string;
  /** A container's full id; an image's reference or id. */
  id: string;
  attributes: Readonly<Record<string, string>>;
  timeNano: bigint;
}

export interface EngineService {
  api: Api['engine'];
  /** The engine while connected; throws the AppError of the present state otherwise. */
  docker(): Docker;
  state(): EngineState;
  /** Called after every connect and reconnect (what was missed meanwhile must be read again), and on every loss. */
  onChange(listener: (state: EngineState) => void): () => void;
  /** Container and image events while connected; healthcheck noise is filtered out at the engine. */
  onEvent(listener: (event: EngineEvent) => void): () => void;
  close(): Promise<void>;
}

export declare function createEngineService(deps: CoreDeps): EngineService;
