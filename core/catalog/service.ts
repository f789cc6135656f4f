import type { Api } from '../../shared/contract/index.ts';

export declare function createCatalogService(): Api['catalog'];
