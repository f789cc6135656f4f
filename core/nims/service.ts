import type { Api } from '../../shared/contract/index.ts';
import type { Nim } from '../../shared/contract/nims.ts';
import type { CoreDeps } from '../deps.ts';
import type { EngineService } from '../engine/service.ts';
import type { ImagesService } from '../images/service.ts';
import type { JobsService } from '../jobs/service.ts';
import type { LogsService } from '../logs/service.ts';
import type { NgcService } from '../ngc/service.ts';
import type { SettingsService } from '../settings/service.ts';
import type { Store } from '../store/store.ts';

export interface NimsService {
  api: Api['nims'];
  /** The NIM as last seen; throws NOT_FOUND. */
  get(nimId: string): Nim;
  close(): Promise<void>;
}

export interface NimsParts {
  engine: EngineService;
  images: ImagesService;
  jobs: JobsService;
  logs: LogsService;
  ngc: NgcService;
  settings: SettingsService;
  store: Store;
}

export declare function createNimsService(deps: CoreDeps, parts: NimsParts): NimsService;
