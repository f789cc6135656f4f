import { readFile } from 'node:fs/promises';
import { catalog as catalogContract } from '../../shared/contract/catalog.ts';
import type { Api } from '../../shared/contract/index.ts';
import { shippedPath } from '../lib/shipped.ts';

async function readShipped(): ReturnType<Api['catalog']['list']> {
  const text = await readFile(shippedPath('assets/catalog.json'), 'utf8');
  return catalogContract.list.output.parse(JSON.parse(text));
}

/** The list that is shipped, so that models can be chosen without a network and without a key. Read once, when first asked for. */
export function createCatalogService(): Api['catalog'] {
  let shipped: ReturnType<typeof readShipped> | null = null;
  return {
    list() {
      const reading = (shipped ??= readShipped());
      // A file that could not be read now (too many open ones) may be readable at the next try.
      reading.catch(() => {
        if (shipped === reading) shipped = null;
      });
      return reading;
    },
  };
}
