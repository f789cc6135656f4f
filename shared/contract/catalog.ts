import { request } from '../rpc/contract.ts';
import { z } from '../zod.ts';
import { nothing } from './common.ts';

export const catalogModel = z.object({
  /** Without tag: `nvcr.io/nim/meta/llama-3.1-8b-instruct`. */
  repository: z.string(),
  publisher: z.string(),
  name: z.string(),
  title: z.string(),
  kind: z.string(),
  /** The newest known tag; null: not known, `latest` is tried. */
  tag: z.string().nullable(),
  parameters: z.string().nullable(),
  contextTokens: z.number().int().nullable(),
  imageBytes: z.number().int().nullable(),
  description: z.string().nullable(),
  architectures: z.array(z.string()),
});
export type CatalogModel = z.infer<typeof catalogModel>;

export const catalog = {
  list: request(nothing, z.object({ asOf: z.iso.date(), models: z.array(catalogModel) })),
};
