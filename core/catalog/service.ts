import { readFile } from 'node:fs/promises';
import { catalog as catalogContract } from '../../shared/contract/catalog.ts';
import type { Api } from '../../shared/contract/index.ts';

const shippedFile = new URL('../../assets/catalog.json', import.meta.url);

/** The list that is shipped, so that models can be chosen without a network and without a key. Read once, when first asked for. */
export function createCatalogService(): Api['catalog'] {
  let shipped: ReturnType<Api['catalog']['list']> | null = null;
  return {
    list: () =>
      (shipped ??= readFile(shippedFile, 'utf8').then((text) => catalogContract.list.output.parse(JSON.parse(text)))),
  };
}
