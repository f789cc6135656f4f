import type { Api } from '../../shared/contract/index.ts';
import type { CoreDeps } from '../deps.ts';

export interface GpuService {
  api: Api['gpu'];
  close(): Promise<void>;
}

export declare function createGpuService(deps: CoreDeps): GpuService;
