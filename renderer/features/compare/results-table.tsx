import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Comparison } from '../../../shared/contract/compare.ts';
import { useApi } from '../../api.tsx';
import { ErrorCard } from '../../app/error-card.tsx';
import { toAppError } from '../../hooks/read-stream.ts';
import { keys } from '../../query.ts';
import { Button } from '../../ui/button.tsx';
import { words } from '../../words.ts';
import { ResultRows } from './result-rows.tsx';
import { ResultTotals } from './result-totals.tsx';

const text = words.compare.results;

/** As many as fit a few screens; their texts come with them. */
const pageSize = 25;

/** What the columns did in these rounds, and under it every answer of them, a page at a time. */
export function ResultsTable({ comparison, onOpen }: { comparison: Comparison; onOpen: (round: number) => void }) {
  const api = useApi();
  const [from, setFrom] = useState(0);
  const { id, version, rounds: total, setup } = comparison;
  const { data, error, refetch } = useQuery({
    queryKey: keys.comparedRounds(id, from, version),
    queryFn: ({ signal }) => api.compare.rounds({ comparisonId: id, from, count: pageSize }, { signal }),
    placeholderData: keepPreviousData,
  });
  if (error !== null) return <ErrorCard failure={toAppError(error)} onRetry={() => void refetch()} />;
  const rounds = data?.rounds;
  return (
    <div className="flex flex-col gap-4">
      {setup.isBlind && <p className="text-sm text-ink-soft">{text.blindHint}</p>}
      {rounds !== undefined && rounds.length > 0 && <ResultTotals setup={setup} rounds={rounds} />}
      <ResultRows setup={setup} rounds={rounds} onOpen={onOpen} />
      {total > pageSize && (
        <div className="flex flex-wrap items-center gap-3 text-sm tabular-nums">
          <Button size="small" disabled={from === 0} onClick={() => setFrom(Math.max(0, from - pageSize))}>
            {text.earlier}
          </Button>
          {text.range(from + 1, Math.min(total, from + pageSize), total)}
          <Button size="small" disabled={from + pageSize >= total} onClick={() => setFrom(from + pageSize)}>
            {text.later}
          </Button>
        </div>
      )}
    </div>
  );
}
