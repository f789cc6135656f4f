import ArrowDown from 'lucide-react/icons/arrow-down';
import ArrowUp from 'lucide-react/icons/arrow-up';
import CircleAlert from 'lucide-react/icons/circle-alert';
import Search from 'lucide-react/icons/search';
import SlidersHorizontal from 'lucide-react/icons/sliders-horizontal';
import type { LogCounts, LogView } from '../../../shared/contract/logs.ts';
import { useApi } from '../../api.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { SearchInput } from '../../ui/search-input.tsx';
import { Select } from '../../ui/select.tsx';
import { showToast } from '../../ui/toast.tsx';
import { type ViewChoice, ViewMenu } from '../../ui/view-menu.tsx';
import { words } from '../../words.ts';
import { stripAnsi } from './ansi.ts';
import type { LogRange } from './log-list.tsx';
import type { LevelFilter, LogSearch } from './use-log-search.ts';

interface LogToolbarProps {
  runId: string;
  counts: LogCounts;
  view: LogView;
  range: LogRange;
  search: LogSearch;
  onView: (view: LogView) => void;
  /** The newest first; null: there is only this one. */
  runChoice: ViewChoice | null;
  isWrapped: boolean;
  onWrap: (isWrapped: boolean) => void;
  /** To a line by its number. */
  goToLine: (line: number) => void;
}

const copiedLines = 1000;
const filters: readonly LevelFilter[] = ['all', 'error', 'warning'];

export function LogToolbar(props: LogToolbarProps) {
  const { runId, counts, view, range, search, runChoice, isWrapped, onWrap, onView, goToLine } = props;
  const api = useApi();
  const firstError = useAction(() => api.logs.errors({ runId }), {
    onDone({ first }) {
      // It may have gone with the cap since it was counted.
      if (first === null || first.line < counts.firstLine) showToast({ title: words.log.noErrorFound });
      else goToLine(first.line);
    },
  });
  const polls = counts.endLine - counts.firstLine - (counts.quiet.end - counts.quiet.first);

  async function lastLines(): Promise<string> {
    const from = Math.max(range.first, range.end - copiedLines);
    const { lines } = await api.logs.read({ runId, view, from, count: copiedLines });
    return lines.map((line) => stripAnsi(line.text)).join('\n');
  }

  return (
    <div className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-2 border-b border-line px-6 py-2">
      <SearchInput
        isPageSearch
        label={words.log.search}
        value={search.typed}
        onChange={search.type}
        icon={<Search aria-hidden className="size-4" />}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          event.preventDefault();
          search.step(event.shiftKey ? -1 : 1);
        }}
      />
      <output className="min-w-20 text-xs whitespace-nowrap text-ink-soft tabular-nums">{searchResult(search)}</output>
      <span className="flex">
        <IconButton
          size="small"
          label={words.log.previous}
          icon={<ArrowUp aria-hidden className="size-4" />}
          disabled={search.hits.length === 0}
          onClick={() => search.step(-1)}
        />
        <IconButton
          size="small"
          label={words.log.next}
          icon={<ArrowDown aria-hidden className="size-4" />}
          disabled={search.hits.length === 0}
          onClick={() => search.step(1)}
        />
      </span>
      <Select
        label={words.log.level}
        value={search.filter}
        onChange={search.setFilter}
        options={filters.map((filter) => ({ value: filter, label: words.log.levelFilters[filter] }))}
      />
      <span className="ml-auto flex flex-wrap items-center gap-2 text-xs text-ink-soft tabular-nums">
        {counts.errors > 0 && (
          <Button
            size="small"
            icon={<CircleAlert aria-hidden className="size-3.5 text-bad" />}
            isBusy={firstError.isRunning}
            onClick={() => firstError.run(undefined)}
          >
            {words.log.firstError}
          </Button>
        )}
        {counts.errors > 0 && <Badge tone="bad">{words.log.errors(counts.errors)}</Badge>}
        {counts.warnings > 0 && <Badge tone="warn">{words.log.warnings(counts.warnings)}</Badge>}
        <span>{words.log.lines(range.end - range.first)}</span>
        <Badge tone={counts.isCollecting ? 'good' : 'idle'}>
          {counts.isCollecting ? words.log.collecting : words.log.ended}
        </Badge>
        <CopyButton text={lastLines} label={words.log.copy} />
        <ViewMenu
          label={words.log.shownAs}
          icon={<SlidersHorizontal aria-hidden className="size-icon" />}
          note={earlierRun(runChoice)}
          switches={[
            { label: words.log.wrap, isOn: isWrapped, onChange: onWrap },
            ...(polls > 0
              ? [
                  {
                    label: words.log.showPolls(polls),
                    isOn: view === 'all',
                    onChange: (isShown: boolean) => onView(isShown ? 'all' : 'quiet'),
                  },
                ]
              : []),
          ]}
          choice={runChoice}
        />
      </span>
    </div>
  );
}

/** Whoever reads an earlier run must see that it is one. */
function earlierRun(choice: ViewChoice | null): string | undefined {
  const at = choice?.options.findIndex(({ value }) => value === choice.value) ?? 0;
  return at > 0 ? choice?.options[at]?.label : undefined;
}

function searchResult({ isOn, isSearching, failure, hits, current, isMore }: LogSearch): string {
  if (!isOn) return '';
  if (failure !== null) return failure.message;
  if (isSearching && hits.length === 0) return words.log.searching;
  return hits.length === 0 ? words.log.noHits : words.log.hits(current + 1, hits.length, isMore);
}
