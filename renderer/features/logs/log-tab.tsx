import { keepPreviousData, useQuery } from '@tanstack/react-query';
import ScrollText from 'lucide-react/icons/scroll-text';
import { useState } from 'react';
import type { LogView as View } from '../../../shared/contract/logs.ts';
import type { Nim } from '../../../shared/contract/nims.ts';
import { upStatuses } from '../../../shared/nim-up.ts';
import { useApi } from '../../api.tsx';
import { ErrorCard } from '../../app/error-card.tsx';
import { toAppError } from '../../hooks/read-stream.ts';
import { keys } from '../../query.ts';
import { Empty } from '../../ui/empty.tsx';
import { SkeletonList } from '../../ui/skeleton.tsx';
import { words } from '../../words.ts';
import { LogView } from './log-view.tsx';

// Between a start being seen and its first line being collected lies a moment.
const newRunWithinMs = 1_500;

interface LogTabProps {
  nim: Nim;
  /** A line of the newest run to go to, counted from 0. */
  line: number | null;
}

export function LogTab({ nim, line }: LogTabProps) {
  const api = useApi();
  const isUp = upStatuses.has(nim.status);
  const runs = useQuery({
    queryKey: keys.logRuns(nim.id, nim.startedAt),
    queryFn: ({ signal }) => api.logs.runs({ nimId: nim.id }, { signal }),
    placeholderData: keepPreviousData,
    refetchInterval: (query) => {
      const newest = query.state.data?.[0];
      return isUp && (newest === undefined || newest.endedAt !== null) ? newRunWithinMs : false;
    },
  });
  const [chosen, setChosen] = useState<string | null>(null);
  const [view, setView] = useState<View>('quiet');

  if (runs.isPending)
    return (
      <div className="p-6">
        <SkeletonList rows={10} rowClassName="h-4" />
      </div>
    );
  if (runs.isError)
    return (
      <div className="p-6">
        <ErrorCard failure={toAppError(runs.error)} onRetry={() => void runs.refetch()} isRetrying={runs.isFetching} />
      </div>
    );
  const newestFirst = runs.data.toSorted((a, b) => b.startedAt.localeCompare(a.startedAt));
  const run = newestFirst.find((each) => each.id === chosen) ?? newestFirst[0];
  if (run === undefined)
    return (
      <Empty icon={<ScrollText aria-hidden className="size-6" />} title={words.log.none}>
        {words.log.noneHint}
      </Empty>
    );
  return (
    <LogView
      key={`${run.id} ${view}`}
      runId={run.id}
      view={view}
      onView={setView}
      line={run === newestFirst[0] ? line : null}
      name={nim.name}
      runChoice={
        newestFirst.length > 1
          ? {
              label: words.log.run,
              value: run.id,
              onChange: setChosen,
              options: newestFirst.map((each, index) => ({
                value: each.id,
                label: words.log.runLabel(words.time.absolute(new Date(each.startedAt)), index === 0),
              })),
            }
          : null
      }
    />
  );
}
