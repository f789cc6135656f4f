import type { Api } from '../../shared/contract/index.ts';
import type { CoreDeps } from '../deps.ts';

export interface RegistryCredential {
  username: string;
  password: string;
  serveraddress: string;
}

export interface NgcService {
  api: Api['ngc'];
  /** A new object each time (dockerode deletes it from its options); null for other registries and without a key. */
  credentialFor(reference: string): Promise<RegistryCredential | null>;
  /** For the container that downloads weights; null without a key. Never logged, never sent to a page. */
  key(): Promise<string | null>;
  /**
   * Compressed size of each layer for the platform, from the registry's manifest (ngc facts 2.2). Null when it cannot
   * be read, for whatever reason: a missing size never fails a pull.
   */
  layerSizes(
    reference: string,
    platform: { os: string; architecture: string },
    signal: AbortSignal,
  ): Promise<readonly LayerSize[] | null>;
}

export interface LayerSize {
  /** `sha256:…` */
  digest: string;
  bytes: number;
}

export declare function createNgcService(deps: CoreDeps): Promise<NgcService>;
