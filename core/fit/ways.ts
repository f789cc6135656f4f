import type { CatalogModel, ModelNeed } from '../../shared/contract/catalog.ts';
import type { FigureSource } from '../../shared/contract/fit.ts';
import type { PublishedProfile } from '../ngc/nim-metadata.ts';
import { readProfileName } from '../profiles/parse-profiles.ts';
import { type ModelFacts, type Way, weightsOf } from './need.ts';
import { profileTarget } from './profile-target.ts';

/**
 * NIM prints GiB as "GB": of llama-3.1-8b in bf16 the weights (16.06 × 10⁹ bytes) and the cache for 131,072 tokens (17.18)
 * are together more than 33 × 10⁹ bytes, the need it states.
 */
export const mibOfStatedGB = (gigabytes: number): number => Math.round(gigabytes * 1024);
const mibOfFilesGB = (gigabytes: number) => (gigabytes * 1e9) / 2 ** 20;

export const factsOf = (model: CatalogModel | null): ModelFacts => ({
  kind: model?.kind ?? null,
  parametersBillion: model?.parametersBillion ?? null,
  contextTokens: model?.contextTokens ?? null,
});

/** The ways that the model table states; without any, none. */
export function waysOfTable(model: CatalogModel): Way[] {
  const facts = factsOf(model);
  return model.needs.flatMap((need) => {
    const { precision, gpus, gpuMemoryGB } = need;
    const own = precision === null ? null : weightsOf(facts, precision);
    const stated = gpuMemoryGB === null || isSizeOfBoard(gpuMemoryGB, own, gpus) ? null : mibOfStatedGB(gpuMemoryGB);
    const weights = filesAsWeights(need, own);
    if (stated === null && weights === null && own === null) return [];
    return [
      {
        id: null,
        name: null,
        precision,
        gpus,
        stated: stated === null ? null : { memoryMiB: stated, source: 'model-table' as const },
        weights: weights === null ? null : { memoryMiB: weights, source: 'model-table' as const },
        gpuWord: null,
      },
    ];
  });
}

/** Older tables name the board that was tested (80 GB for a model of 16), not what is needed. */
function isSizeOfBoard(statedGB: number, weightsMiB: number | null, gpus: number): boolean {
  return weightsMiB !== null && mibOfStatedGB(statedGB) > 4 * (weightsMiB / gpus) + 8 * 1024;
}

/** The disk a model takes is that of its files, where it is near what its parameters take; else it counts more than them. */
function filesAsWeights({ diskGB }: ModelNeed, weightsMiB: number | null): number | null {
  if (diskGB === null || weightsMiB === null) return null;
  const files = mibOfFilesGB(diskGB);
  return files > 0.8 * weightsMiB && files < 1.35 * weightsMiB ? files : null;
}

/**
 * Ways by parameters alone. Which precisions an image has is not known; `bf16` is what most have, and four bits are the
 * fewest that any has, so that what does not even fit then never fits.
 */
export function waysByParameters(facts: ModelFacts, mostGpus: number): { usual: Way[]; fewestBits: Way[] } {
  if (facts.parametersBillion === null) return { usual: [], fewestBits: [] };
  const counts = [1, 2, 4, 8].filter((count) => count <= Math.max(1, mostGpus));
  const of = (precision: string) => counts.map((gpus) => wayOf({ precision, gpus }));
  return { usual: of('bf16'), fewestBits: of('int4') };
}

const wayOf = (given: Pick<Way, 'precision' | 'gpus'>): Way => ({
  id: null,
  name: null,
  stated: null,
  weights: null,
  gpuWord: null,
  ...given,
});

/**
 * The ways that NVIDIA's metadata has, one for each GPU that a profile is made for. What it does not say is taken from the
 * same way elsewhere.
 * @param known of the same model
 */
export function waysOfPublished(profiles: readonly PublishedProfile[], known: readonly Way[]): Way[] {
  return profiles.flatMap(({ id, precision, gpus, memoryGB, gpuWords }) => {
    const alike = known.find((way) => way.precision === precision && way.gpus === gpus);
    const stated = memoryGB === null ? null : { memoryMiB: mibOfStatedGB(memoryGB), source: 'nvidia' as const };
    const words = gpuWords.length === 0 ? [null] : gpuWords;
    return words.map((gpuWord) => ({
      id,
      name: null,
      precision,
      gpus,
      stated: stated ?? alike?.stated ?? null,
      weights: alike?.weights ?? null,
      gpuWord,
    }));
  });
}

/** `…-27.0` at the end of a name of NIM 2.x: GiB of each GPU, for the longest context. */
function statedInName(name: string): number | null {
  const found = /-(\d{1,4}\.\d+)$/.exec(name)?.[1];
  return found === undefined ? null : mibOfStatedGB(Number(found));
}

/**
 * The way that a profile's name describes.
 * @param known of the same model, for what the name leaves out
 */
export function wayOfProfile(id: string, name: string, known: readonly Way[], source: FigureSource = 'profile'): Way {
  const { precision } = readProfileName(name);
  const { gpus, gpuWord } = profileTarget(name);
  const inName = statedInName(name);
  const alike = known.find((way) => way.precision === precision && way.gpus === gpus);
  return {
    id,
    name,
    precision,
    gpus,
    stated: inName === null ? (alike?.stated ?? null) : { memoryMiB: inName, source },
    weights: alike?.weights ?? null,
    gpuWord,
  };
}
