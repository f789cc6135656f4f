import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ImageRecipe } from '../engine/image.ts';

interface CatalogModel {
  repository: string;
  publisher: string;
  name: string;
  kind: string;
  tag: string | null;
  parametersBillion: number | null;
}

// Found the same way from the source and from a bundle: both lie two levels below the root of the package.
const catalogFile = new URL('../../assets/catalog.json', import.meta.url);

/** Every model of the shipped catalogue as an image of the stand-in's registry. */
export function catalogImages(): ImageRecipe[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own file, checked where it is made and where core reads it
  const { models } = JSON.parse(readFileSync(catalogFile, 'utf8')) as { models: CatalogModel[] };
  return models.map((model) => toImage(model));
}

/** An image that is in no catalogue and needs no key: for what is tried by hand. */
export function plainImage(reference: string, layers: readonly number[]): ImageRecipe {
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

/**
 * Compressed layers that the NIMs of one line have in common (as the manifest of LLM 2.0.6 has them: a base system, CUDA,
 * the inference engine), so that the second pull of a line is much shorter than the first.
 */
const sharedLayers = [29_724_688, 4_622_000, 58_140_000, 188_310_000, 1_245_600_000, 842_150_000, 2_114_900_000];
const ownLayers = 9;

function toImage({ repository, publisher, name, kind, tag, parametersBillion }: CatalogModel): ImageRecipe {
  const version = tag ?? '1.0.0';
  const random = bytesOf(`${repository}:${version}`);
  const own = Array.from({ length: ownLayers }, (_, index) => 40_000 + (random[index] ?? 0) ** 2 * 1_900 + index);
  const port = 8000;
  return {
    reference: `${repository}:${tag ?? 'latest'}`,
    layers: [...sharedLayers, ...own],
    platforms: ['linux/amd64', 'linux/arm64'],
    // nim-runtime facts 4: most images are pulled with a key; the model-free ones are public.
    needsKey: !name.startsWith('model-free'),
    labels: {
      'com.nvidia.nim.model': `${publisher}/${name}`,
      'com.nvidia.nim.name': name,
      'com.nvidia.nim.type': kind === 'chat' ? 'llm' : kind,
      'com.nvidia.nim.version': version,
      'com.nvidia.nim.inference_protocol': 'http',
    },
    env: ['NIM_CACHE_PATH=/opt/nim/.cache', `NIM_SERVER_PORT=${port}`],
    user: '',
    exposedPort: port,
    content: { kind: 'nim', model: `${publisher}/${name}`, version, gpuMemoryMiB: memoryOf(kind, parametersBillion) },
  };
}

const bytesOf = (text: string) => createHash('sha256').update(text).digest();

/** In MiB: what CUDA and the engine take for themselves, whatever the model. */
const ownMemory = 1_800;
/** Of the weights at 16 bits: room for the context. */
const contextShare = 1.12;
const smallModels: Readonly<Record<string, number>> = { embedding: 0.5, rerank: 0.5, speech: 1.1 };

/** What a NIM holds of its GPUs once its model is loaded, at 16 bits a parameter. */
function memoryOf(kind: string, parametersBillion: number | null): number {
  const billions = parametersBillion ?? smallModels[kind] ?? 7;
  return Math.round(ownMemory + ((billions * 2e9) / 2 ** 20) * contextShare);
}
