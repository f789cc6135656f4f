import type { Failure, NimKind } from '../nim/config.ts';
import { parseReference, sha256 } from './reference.ts';

/** An image that the stand-in's registry has. */
export interface ImageRecipe {
  /** With registry and tag: `nvcr.io/nim/meta/llama-3.1-8b-instruct:1.8.4`. */
  readonly reference: string;
  /** Compressed bytes of each layer. Two images that name the same size share that layer, as those of one base do. */
  readonly layers: readonly number[];
  /** `linux/amd64`, `linux/arm64`. */
  readonly platforms: readonly string[];
  readonly needsKey: boolean;
  readonly labels: Readonly<Record<string, string>>;
  /** `NAME=value`. */
  readonly env: readonly string[];
  readonly user: string;
  /** Inside the container; null: none. */
  readonly exposedPort: number | null;
  readonly content: NimContent | PlainContent;
}

/** Runs the NIM stand-in. */
export interface NimContent {
  readonly kind: 'nim';
  /** As the label has it: `publisher/model`. */
  readonly model: string;
  readonly version: string;
  readonly serves: NimKind;
  /** What it holds of its GPU once it is loaded, over all GPUs it got; null: it needs none. */
  readonly gpuMemoryMiB: number | null;
  /** A failure that this image always has. */
  readonly failure?: Failure;
}

/** Runs a tiny shell (`shell.ts`): enough for tests and for a try with `docker run`. */
export interface PlainContent {
  readonly kind: 'plain';
  readonly command: readonly string[];
}

export interface LayerOfImage {
  /** `sha256:…`. */
  readonly digest: string;
  readonly bytes: number;
}

/** The layers as a registry's manifest has them: engine and registry stand-in must tell the same digests. */
export function layersOf({ layers }: Pick<ImageRecipe, 'layers'>): LayerOfImage[] {
  const seen = new Map<number, number>();
  return layers.map((bytes) => {
    const count = seen.get(bytes) ?? 0;
    seen.set(bytes, count + 1);
    return { bytes, digest: `sha256:${sha256(`layer ${bytes} ${count}`)}` };
  });
}

/** Of the index that the tag names; what `Digest:` says at the end of a pull. */
export function indexDigestOf({ reference }: Pick<ImageRecipe, 'reference'>): string {
  return `sha256:${sha256(`index ${reference}`)}`;
}

export function configDigestOf({ reference }: Pick<ImageRecipe, 'reference'>): string {
  return `sha256:${sha256(`config ${reference}`)}`;
}

export interface NimWish {
  reference: string;
  /** `publisher/model`; from the reference unless told. */
  model?: string;
  /** What its memory follows from. Null: no language model. */
  parametersBillion?: number | null;
  needsGpu?: boolean;
  /** By its name unless told. */
  serves?: NimKind;
}

const mega = 1_000_000;
/** Of every image of one line: system, CUDA, Python, the engine that serves. Together some 8 GB, as NGC's are (ngc facts 2.2). */
const baseLayers: readonly number[] = [
  29.7, 4.6, 87.3, 0.2, 1_246.8, 63.1, 2_183.5, 411.9, 18.4, 3_402.6, 226, 0.9,
].map((size) => Math.round(size * mega));

/** A believable image for a NIM of which only the name is known: the same name gives the same image. */
export function nimImage({ reference, model, parametersBillion, needsGpu = true, serves: told }: NimWish): ImageRecipe {
  const { path, tag } = parseReference(reference);
  const digits = Number.parseInt(sha256(path).slice(0, 8), 16);
  const name = model ?? path.replace(/^nim\//, '');
  const serves = told ?? kindInName(name);
  const version = /^\d+\.\d+\.\d+/.exec(tag)?.[0] ?? '2.0.6';
  const line = Number.parseInt(sha256(`line ${version.split('.')[0]}`).slice(0, 4), 16);
  const billions = parametersBillion ?? billionsInName(name) ?? (isSmall(serves) ? 0.3 : 1 + (digits % 40) / 10);
  return {
    reference,
    layers: [
      ...baseLayers.map((bytes, index) => bytes + (line % (index + 7))),
      // What differs from image to image: the model's own files and a little configuration.
      40 * mega + (digits % (900 * mega)),
      2 * mega + (digits % (30 * mega)),
      12_000 + (digits % 90_000),
    ],
    platforms: path.endsWith('-dgx-spark') ? ['linux/arm64'] : ['linux/amd64', 'linux/arm64'],
    needsKey: digits % 2 === 0,
    labels: {
      'com.nvidia.nim.category': categories[serves],
      'com.nvidia.nim.inference_protocol': 'http',
      'com.nvidia.nim.model': name,
      'com.nvidia.nim.name': name.split('/').at(-1) ?? name,
      'com.nvidia.nim.type': types[serves],
      'com.nvidia.nim.version': version,
      description: 'Stand-in for an NVIDIA NIM, for practice',
    },
    env: ['PATH=/opt/nim/bin:/usr/local/bin:/usr/bin:/bin', 'NIM_CACHE_PATH=/opt/nim/.cache'],
    user: 'nim',
    exposedPort: 8000,
    content: { kind: 'nim', model: name, version, serves, gpuMemoryMiB: needsGpu ? memoryFor(billions, serves) : null },
  };
}

// Of the images that were inspected; that of a vision model is our guess.
const categories: Readonly<Record<NimKind, string>> = {
  chat: 'LLM',
  vision: 'VLM',
  embedding: 'Retrieval',
  rerank: 'Retrieval',
};
const types: Readonly<Record<NimKind, string>> = {
  chat: 'llm',
  vision: 'vlm',
  embedding: 'embedding',
  rerank: 'ranking',
};

function kindInName(name: string): NimKind {
  if (/rerank/.test(name)) return 'rerank';
  if (/embed|(?:^|\/)bge-/.test(name)) return 'embedding';
  return /vision|(?:^|[-/])vl(?:-|$)/.test(name) ? 'vision' : 'chat';
}

/** `llama-3.1-8b-instruct` has 8. */
function billionsInName(name: string): number | null {
  const found = /(?:^|[-_/.])(\d+(?:\.\d+)?)b(?:$|[-_.])/i.exec(name)?.[1];
  return found === undefined ? null : Number(found);
}

/** Mostly below a billion parameters, and without a context to keep. */
const isSmall = (serves: NimKind) => serves === 'embedding' || serves === 'rerank';

/**
 * Weights of one byte a parameter (fp8), and room for context, graphs and CUDA itself (nim-runtime facts 7); those without a
 * context are in 16 bits and need little beside.
 */
function memoryFor(billions: number, serves: NimKind): number {
  const bytes = isSmall(serves) ? billions * 2e9 + 1e9 : billions * 1e9 + 6e9;
  return Math.round(bytes / 1024 ** 2);
}

/** Any reference under `nvcr.io/nim/…` is an image; nothing else is. */
export function anyNim(reference: string): ImageRecipe | null {
  const { registry, path, tag } = parseReference(reference);
  return registry === 'nvcr.io' && /^nim\/[^/]+\/[^/]+$/.test(path) && !tag.startsWith('sha256:')
    ? nimImage({ reference })
    : null;
}
