import { request } from '../rpc/contract.ts';
import { z } from '../zod.ts';
import { nothing } from './common.ts';

export const modelKind = z.enum(['chat', 'vision', 'embedding', 'rerank', 'speech', 'image', 'biology', 'other']);
export type ModelKind = z.infer<typeof modelKind>;

/** What NVIDIA's pages or the image itself state for one way of running it; null where they do not say. */
export const modelNeed = z.object({
  precision: z.string().nullable(),
  gpus: z.number().int().min(1),
  /** Of each GPU. */
  gpuMemoryGB: z.number().nullable(),
  diskGB: z.number().nullable(),
});
export type ModelNeed = z.infer<typeof modelNeed>;

/** Everything that is null is not known, never "none". */
export const catalogModel = z.object({
  /** Without tag: `nvcr.io/nim/meta/llama-3.1-8b-instruct`. */
  repository: z.string(),
  publisher: z.string(),
  name: z.string(),
  title: z.string(),
  kind: modelKind,
  /** The newest tag seen; null: not known, `latest` is tried. */
  tag: z.string().nullable(),
  parametersBillion: z.number().nullable(),
  contextTokens: z.number().int().nullable(),
  /** Smallest first; empty for most, since few pages state any. */
  needs: z.array(modelNeed),
  docsUrl: z.string().nullable(),
  /** When its page in the NGC catalogue last changed. */
  updatedOn: z.iso.date().nullable(),
  /** NGC answers callers in the EU with 451 for these (ngc facts 3.3). */
  isRestrictedInEu: z.boolean().nullable(),
});
export type CatalogModel = z.infer<typeof catalogModel>;

export const catalog = {
  list: request(
    nothing,
    z.object({
      asOf: z.iso.date(),
      /** Who gathered the list, to be shown beside it. */
      credit: z.string(),
      models: z.array(catalogModel),
    }),
  ),
};
