import { readFile } from 'node:fs/promises';
import { catalog as catalogContract } from '../../shared/contract/catalog.ts';
import type { Api } from '../../shared/contract/index.ts';
import { shippedPath } from '../lib/shipped.ts';

/** The list that is shipped, so that models can be chosen without a network and without a key. Read once, when first asked for. */
export function createCatalogService(): Api['catalog'] {
  let shipped: ReturnType<Api['catalog']['list']> | null = null;
  return {
    list: () =>
      (shipped ??= readFile(shippedPath('assets/catalog.json'), 'utf8').then((text) =>
        catalogContract.list.output.parse(JSON.parse(text)),
      )),
  };
}
