import type { Failure } from '../nim/config.ts';

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
  /** What it holds of its GPU once it is loaded, over all GPUs it got; null: it needs none. */
  readonly gpuMemoryMiB: number | null;
  /** A failure that this image always has. */
  readonly failure?: Failure;
}

/** Runs a tiny shell: `echo`, `sleep`, `exit`, `trap`, `while`; enough for tests and for `docker run`. */
export interface PlainContent {
  readonly kind: 'plain';
  readonly command: readonly string[];
}
