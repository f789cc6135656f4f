import { nimKinds } from '../nim/config.ts';
import { type ImageRecipe, nimImage } from '../engine/image.ts';
import { readShippedCatalog } from '../ngc/shipped-catalog.ts';

/** Every model of the shipped catalogue as an image of the stand-in's registry. */
export function catalogImages(): ImageRecipe[] {
  return readShippedCatalog().map(({ repository, publisher, name, tag, kind, parametersBillion }) => {
    const serves = nimKinds.find((each) => each === kind);
    const reference = `${repository}:${tag ?? 'latest'}`;
    const wish = { reference, model: `${publisher}/${name}`, parametersBillion };
    return nimImage(serves === undefined ? wish : { ...wish, serves });
  });
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
