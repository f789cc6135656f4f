import type { CatalogModel } from '../../../shared/contract/catalog.ts';

/** NVIDIA's advice for slices (documentation of NIM for LLMs, "works best with smaller parameter models"). */
const mostBillions = 8;
/** Of a parameter in 16 bits, which every model can be had in. */
const bytesEach = 2;
/** For context and framework; a rough rule, and the page says so. */
const more = 1.2;

/** GiB that a model of so many billion parameters takes by that rule. */
export const roughNeedGiB = (billions: number): number => (billions * 1e9 * bytesEach * more) / 1024 ** 3;

/** Models that a slice of this size suits, the largest first; null: the size is not known. */
export function suitingModels(memoryGiB: number | null, models: readonly CatalogModel[]): string[] | null {
  if (memoryGiB === null) return null;
  return models
    .flatMap(({ title, parametersBillion: billions }) => (billions === null ? [] : [{ title, billions }]))
    .filter(({ billions }) => billions <= mostBillions && roughNeedGiB(billions) <= memoryGiB)
    .toSorted((a, b) => b.billions - a.billions || a.title.localeCompare(b.title))
    .map(({ title }) => title);
}
