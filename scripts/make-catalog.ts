// Makes assets/catalog.json, the list of models that is there without a network, from the compiled table of models.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type CatalogModel, catalog, modelKind, type ModelNeed } from '../shared/contract/catalog.ts';
import { z } from '../shared/zod.ts';

export const sourceFile = fileURLToPath(new URL('../../shared/data/nim-models.json', import.meta.url));
export const catalogFile = fileURLToPath(new URL('../assets/catalog.json', import.meta.url));

const credit =
  'Compiled from the NGC catalogue (as recorded by github.com/RHEcosystemAppEng/nim-new-flow), NVIDIA’s documentation at docs.nvidia.com/nim and public deployment files. Model names belong to their owners.';

const sourceModel = z.object({
  /** Null where only the name is known, or where the model has no image of its own. */
  image: z.string().nullable(),
  name: z.string(),
  publisher: z.string().nullable(),
  task: modelKind,
  params_b: z.number().nullable(),
  context_length: z.number().int().nullable(),
  precisions: z.array(
    z.object({
      precision: z.string().nullable(),
      gpus: z.number().int(),
      gpu_memory_gb: z.number().nullable(),
      disk_gb: z.number().nullable(),
    }),
  ),
  latest_tag_seen: z.string().nullable(),
  docs_url: z.string().nullable(),
  source: z.string(),
  display_name: z.string().optional(),
  ngc_updated: z.iso.date().optional(),
  eu_restricted: z.boolean().optional(),
});
type SourceModel = z.infer<typeof sourceModel>;

const memoryOf = (need: ModelNeed) => need.gpus * (need.gpuMemoryGB ?? Number.MAX_SAFE_INTEGER);

function toNeeds(model: SourceModel): ModelNeed[] {
  return model.precisions
    .filter((row) => row.gpu_memory_gb !== null || row.disk_gb !== null)
    .map((row) => ({
      precision: row.precision,
      gpus: row.gpus,
      gpuMemoryGB: row.gpu_memory_gb,
      diskGB: row.disk_gb,
    }))
    .toSorted((a, b) => a.gpus - b.gpus || memoryOf(a) - memoryOf(b));
}

function toCatalogModel(model: SourceModel, image: string): CatalogModel {
  return {
    repository: image,
    publisher: model.publisher ?? image.split('/').at(-2) ?? '',
    name: model.name,
    title: model.display_name ?? model.name,
    kind: model.task,
    tag: model.latest_tag_seen,
    parametersBillion: model.params_b,
    contextTokens: model.context_length,
    needs: toNeeds(model),
    docsUrl: model.docs_url,
    updatedOn: model.ngc_updated ?? null,
    isRestrictedInEu: model.eu_restricted ?? null,
  };
}

/** The newest day that any row of the source names. */
function newestDay(models: readonly SourceModel[]): string {
  const days = models.flatMap((model) => `${model.source} ${model.ngc_updated ?? ''}`.match(/\d{4}-\d\d-\d\d/g) ?? []);
  const newest = days.toSorted().at(-1);
  if (newest === undefined) throw new Error('The source names no day.');
  return newest;
}

/** @returns the text of assets/catalog.json; the same input gives the same bytes */
export function makeCatalog(source: string): string {
  const models = z.array(sourceModel).parse(JSON.parse(source));
  const containers = models.flatMap((model) => (model.image === null ? [] : [toCatalogModel(model, model.image)]));
  const list = catalog.list.output.parse({
    asOf: newestDay(models),
    credit,
    models: containers.toSorted((a, b) => (a.repository < b.repository ? -1 : 1)),
  });
  const rows = list.models.map((model) => JSON.stringify(model)).join(',\n');
  return `{"asOf":${JSON.stringify(list.asOf)},"credit":${JSON.stringify(list.credit)},"models":[\n${rows}\n]}\n`;
}

if (import.meta.main) {
  if (!existsSync(sourceFile)) throw new Error(`The source is not there: ${sourceFile}`);
  writeFileSync(catalogFile, makeCatalog(readFileSync(sourceFile, 'utf8')));
}
