import Search from 'lucide-react/icons/search';
import SearchX from 'lucide-react/icons/search-x';
import { create } from 'zustand';
import type { NimList as Nims } from '../../../shared/contract/nims.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { List } from '../../ui/list.tsx';
import { SearchInput } from '../../ui/search-input.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { words } from '../../words.ts';
import { filterNims, sortNims, statusFilters, type NimFilter } from './nim-filter.ts';
import { NimRow } from './nim-row.tsx';

/** From so many on one looks for one of them; fewer are seen at once. */
const filteredFrom = 5;

interface FilterStore extends NimFilter {
  change: (changes: Partial<NimFilter>) => void;
}

/** Stays while one looks at a NIM and comes back. */
export const useNimFilter = create<FilterStore>()((set) => ({
  search: '',
  status: 'all',
  change: (changes) => set(changes),
}));

export function NimList({ nims, isKnown }: Nims) {
  const { search, status, change } = useNimFilter();
  const hasFilter = nims.length >= filteredFrom;
  const shown = sortNims(hasFilter ? filterNims(nims, { search, status }) : nims);
  const { filter } = words.running;
  return (
    <>
      {hasFilter && (
        <div className="flex flex-wrap items-center gap-3">
          <SearchInput
            isPageSearch
            label={filter.search}
            value={search}
            onChange={(next) => change({ search: next })}
            icon={<Search aria-hidden className="size-icon" />}
          />
          <Segmented
            label={filter.status}
            value={status}
            onChange={(next) => change({ status: next })}
            segments={statusFilters.map((value) => ({ value, label: filter.statuses[value] }))}
          />
          <output className="text-sm text-ink-soft tabular-nums">{filter.counts(shown.length, nims.length)}</output>
        </div>
      )}
      {shown.length === 0 ? (
        <Empty
          icon={<SearchX aria-hidden className="size-icon-large" />}
          title={filter.none}
          actions={<Button onClick={() => change({ search: '', status: 'all' })}>{filter.clear}</Button>}
        >
          {filter.noneHint}
        </Empty>
      ) : (
        <List label={words.running.title}>
          {shown.map((nim) => (
            <NimRow key={nim.id} nim={nim} canAct={isKnown} />
          ))}
        </List>
      )}
    </>
  );
}
