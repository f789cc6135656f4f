import { readFileSync } from 'node:fs';
import { type ImageRecipe, nimImage } from '../engine/image.ts';

interface CatalogModel {
  repository: string;
  publisher: string;
  name: string;
  tag: string | null;
  parametersBillion: number | null;
}

// Found the same way from the source and from a bundle: both lie two levels below the root of the package.
const catalogFile = new URL('../../assets/catalog.json', import.meta.url);

/** Every model of the shipped catalogue as an image of the stand-in's registry. */
export function catalogImages(): ImageRecipe[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own file, checked where it is made and where core reads it
  const { models } = JSON.parse(readFileSync(catalogFile, 'utf8')) as { models: CatalogModel[] };
  return models.map(({ repository, publisher, name, tag, parametersBillion }) =>
    nimImage({ reference: `${repository}:${tag ?? 'latest'}`, model: `${publisher}/${name}`, parametersBillion }),
  );
}

/** An image that is in no catalogue and needs no key; a small NIM where its name says so. For what is tried by hand. */
export function freeImage(reference: string, layers: readonly number[]): ImageRecipe {
  if (reference.includes('/nim/')) return { ...nimImage({ reference, parametersBillion: 1 }), layers, needsKey: false };
  return {
    reference,
    layers,
    platforms: ['linux/amd64', 'linux/arm64'],
    needsKey: false,
    labels: {},
    env: [],
    user: '',
    exposedPort: null,
    content: { kind: 'plain', command: ['sleep', '3600'] },
  };
}
