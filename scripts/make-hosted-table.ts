// Makes assets/hosted-models.json, what is known of the models of NVIDIA's hosted API, from the compiled table.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { hostedTable } from '../core/chat/hosted-table.ts';
import { z } from '../shared/zod.ts';

export const sourceFile = fileURLToPath(new URL('../../shared/data/hosted-models.json', import.meta.url));
export const tableFile = fileURLToPath(new URL('../assets/hosted-models.json', import.meta.url));

const credit =
  'Compiled from the tables of github.com/langchain-ai/langchain-nvidia and github.com/anomalyco/models.dev (MIT licences) and from replies of the API that users published. What no source says is null.';

const source = z.array(
  z.object({
    id: z.string(),
    type: z.string(),
    context_length: z.number().nullable(),
    supports_tools: z.boolean().nullable(),
    supports_images: z.boolean().nullable(),
    status: z.string().nullish(),
    endpoint: z.url().nullish(),
  }),
);

const kinds: Readonly<Record<string, 'chat' | 'vision' | 'embedding' | 'rerank'>> = {
  chat: 'chat',
  vlm: 'vision',
  safety: 'chat',
  embedding: 'embedding',
  rerank: 'rerank',
};

/** @returns the text of assets/hosted-models.json; the same input gives the same bytes */
export function makeHostedTable(text: string): string {
  const models = source.parse(JSON.parse(text)).map((row) => ({
    id: row.id,
    kind: kinds[row.type] ?? ('other' as const),
    hasTools: row.supports_tools,
    seesImages: row.supports_images,
    contextTokens: row.context_length,
    isRetired: /^retired/i.test(row.status ?? ''),
    endpoint: row.endpoint ?? null,
  }));
  const table = hostedTable.parse({ credit, models });
  const rows = table.models.map((row) => JSON.stringify(row)).join(',\n');
  return `{"credit":${JSON.stringify(table.credit)},"models":[\n${rows}\n]}\n`;
}

if (import.meta.main) {
  if (!existsSync(sourceFile)) throw new Error('This needs the tables that lie beside the checkout.');
  writeFileSync(tableFile, makeHostedTable(readFileSync(sourceFile, 'utf8')));
}
