import { readFile } from 'node:fs/promises';
import { z } from '../../shared/zod.ts';
import { lazily } from '../lib/lazily.ts';
import { shippedPath } from '../lib/shipped.ts';

/** A model of NVIDIA's hosted API as tables know it; null: they do not say. */
const hostedRow = z.object({
  id: z.string(),
  kind: z.enum(['chat', 'vision', 'embedding', 'rerank', 'other']),
  hasTools: z.boolean().nullable(),
  seesImages: z.boolean().nullable(),
  contextTokens: z.number().int().nullable(),
  isRetired: z.boolean(),
  /** Where it is asked, when that is not the common address. */
  endpoint: z.url().nullable(),
});
export type HostedRow = z.infer<typeof hostedRow>;

export const hostedTable = z.object({ credit: z.string(), models: z.array(hostedRow) });

/** Read when first asked for. */
export const readHostedTable = lazily(async (): Promise<ReadonlyMap<string, HostedRow>> => {
  const text = await readFile(shippedPath('assets/hosted-models.json'), 'utf8');
  return new Map(hostedTable.parse(JSON.parse(text)).models.map((row) => [row.id, row]));
});
