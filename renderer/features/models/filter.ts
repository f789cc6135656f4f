import type { FitMark } from '../../../shared/contract/fit.ts';
import type { CatalogModel, ModelKind } from '../../../shared/contract/catalog.ts';
import { canEverFit } from '../../app/fit-text.ts';

export type SizeClass = 'small' | 'medium' | 'large' | 'huge' | 'unknown';

export interface ModelFilters {
  search: string;
  kind: ModelKind | 'all';
  publisher: string;
  size: SizeClass | 'all';
  isInstalledOnly: boolean;
  /** Left alone where nothing is known of the machine. */
  isFittingOnly: boolean;
}

export const noFilters: ModelFilters = {
  search: '',
  kind: 'all',
  publisher: 'all',
  size: 'all',
  isInstalledOnly: false,
  isFittingOnly: false,
};

/** Borders at where one more class of card is needed: a consumer card, one data-centre card, several. */
export function sizeClass(parametersBillion: number | null): SizeClass {
  if (parametersBillion === null) return 'unknown';
  if (parametersBillion < 5) return 'small';
  if (parametersBillion < 20) return 'medium';
  return parametersBillion < 80 ? 'large' : 'huge';
}

/** Every word of the search must stand somewhere; so `llama 8b` finds `llama-3.1-8b-instruct`. */
export function filterModels(
  models: readonly CatalogModel[],
  filters: ModelFilters,
  isInstalled: (repository: string) => boolean,
  marks: ReadonlyMap<string, FitMark> = new Map(),
): CatalogModel[] {
  const fits = ({ repository }: CatalogModel) => {
    const mark = marks.get(repository);
    return mark !== undefined && canEverFit(mark);
  };
  const wanted = filters.search.toLowerCase().split(/\s+/).filter(Boolean);
  const matching = models.filter((model) => {
    if (filters.kind !== 'all' && model.kind !== filters.kind) return false;
    if (filters.publisher !== 'all' && model.publisher !== filters.publisher) return false;
    if (filters.size !== 'all' && sizeClass(model.parametersBillion) !== filters.size) return false;
    if (filters.isInstalledOnly && !isInstalled(model.repository)) return false;
    if (filters.isFittingOnly && marks.size > 0 && !fits(model)) return false;
    const text = `${model.title} ${model.repository} ${model.kind}`.toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
  // The list is too long to be read to its end: what is here comes first, then what fits this machine, then what says which
  // GPU it needs (a newcomer can tell whether it will run), then what changed last.
  return matching.toSorted(
    (a, b) =>
      Number(isInstalled(b.repository)) - Number(isInstalled(a.repository)) ||
      Number(fits(b)) - Number(fits(a)) ||
      Number(b.needs.length > 0) - Number(a.needs.length > 0) ||
      (b.updatedOn ?? '').localeCompare(a.updatedOn ?? ''),
  );
}
