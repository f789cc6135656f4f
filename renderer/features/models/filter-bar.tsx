import Search from 'lucide-react/icons/search';
import X from 'lucide-react/icons/x';
import { useRef } from 'react';
import { modelKind, type CatalogModel } from '../../../shared/contract/catalog.ts';
import { Button } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/checkbox.tsx';
import { cx } from '../../ui/cx.ts';
import { SearchInput } from '../../ui/search-input.tsx';
import { Select, type SelectOption } from '../../ui/select.tsx';
import { words } from '../../words.ts';
import type { SizeClass } from './filter.ts';
import { noFilters } from './filter.ts';
import { useFilters } from './filter-store.ts';

const sizes: readonly SizeClass[] = ['small', 'medium', 'large', 'huge', 'unknown'];

interface FilterBarProps {
  models: readonly CatalogModel[];
  shown: number;
  /** Of the models that are shown; where there are no more of them than models, they are not told. */
  images: number;
  /** False: nothing is known of what fits, so it cannot be asked for. */
  knowsFit: boolean;
}

export function FilterBar({ models, shown, images, knowsFit }: FilterBarProps) {
  const filters = useFilters((store) => store.filters);
  const change = useFilters((store) => store.change);
  const clear = useFilters((store) => store.clear);
  const bar = useRef<HTMLElement>(null);
  const hasFilters = filters !== noFilters;
  const countBy = (has: (model: CatalogModel) => boolean) => String(models.filter(has).length);

  const kinds = modelKind.options
    .map((kind) => ({ value: kind, label: words.models.kinds[kind], hint: countBy((model) => model.kind === kind) }))
    .filter((option) => option.hint !== '0');
  const publishers = [...new Set(models.map((model) => model.publisher))].toSorted().map((publisher) => ({
    value: publisher,
    label: publisher,
    hint: countBy((model) => model.publisher === publisher),
  }));
  const sizeOptions: SelectOption<SizeClass | 'all'>[] = [
    { value: 'all', label: words.models.allSizes },
    ...sizes.map((size) => ({ value: size, label: words.models.sizes[size] })),
  ];

  return (
    <section ref={bar} aria-label={words.models.filters} className="flex flex-wrap items-center gap-2">
      <SearchInput
        label={words.models.search}
        placeholder={words.models.searchPlaceholder}
        value={filters.search}
        onChange={(search) => change({ search })}
        icon={<Search aria-hidden className="size-4" />}
        isPageSearch
      />
      <Select
        label={words.models.kind}
        value={filters.kind}
        onChange={(kind) => change({ kind })}
        options={[{ value: 'all', label: words.models.allKinds }, ...kinds]}
      />
      <Select
        label={words.models.publisher}
        value={filters.publisher}
        onChange={(publisher) => change({ publisher })}
        options={[{ value: 'all', label: words.models.allPublishers }, ...publishers]}
      />
      <Select
        label={words.models.size}
        value={filters.size}
        onChange={(size) => change({ size })}
        options={sizeOptions}
      />
      <Checkbox
        label={words.models.installedOnly}
        checked={filters.isInstalledOnly}
        onChange={(isInstalledOnly) => change({ isInstalledOnly })}
      />
      {knowsFit && (
        <Checkbox
          label={words.fit.onlyFitting}
          checked={filters.isFittingOnly}
          onChange={(isFittingOnly) => change({ isFittingOnly })}
        />
      )}
      <span className="ml-auto flex items-center gap-2">
        {/* Its place is kept, so that the list does not jump at the first letter. */}
        <span className={cx('flex', !hasFilters && 'invisible max-md:hidden')}>
          <Button
            variant="quiet"
            size="small"
            icon={<X aria-hidden className="size-4" />}
            disabled={!hasFilters}
            onClick={() => {
              clear();
              // The button goes; whoever cleared the filters is likely to look for something else.
              bar.current?.querySelector('input')?.focus();
            }}
          >
            {words.models.clearFilters}
          </Button>
        </span>
        <output className="text-sm whitespace-nowrap text-ink-soft tabular-nums">
          {images > shown
            ? words.models.countWithImages(shown, models.length, images)
            : words.models.count(shown, models.length)}
        </output>
      </span>
    </section>
  );
}
