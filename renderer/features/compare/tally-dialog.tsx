import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { TallyRow } from '../../../shared/contract/compare.ts';
import { useApi } from '../../api.tsx';
import { ErrorCard } from '../../app/error-card.tsx';
import { toAppError } from '../../hooks/read-stream.ts';
import { keys } from '../../query.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { Table, type Column } from '../../ui/table.tsx';
import { words } from '../../words.ts';

const text = words.compare.tally;

/** Null: nothing was decided between it and another one. */
const wonShare = ({ wins, losses }: TallyRow) => (wins + losses === 0 ? null : wins / (wins + losses));

const columns: readonly Column<TallyRow>[] = [
  { key: 'name', label: text.name, cell: ({ name }) => name, isRowHeader: true, sortBy: ({ name }) => name },
  { key: 'wins', label: text.wins, cell: ({ wins }) => wins, align: 'end', sortBy: ({ wins }) => wins },
  { key: 'losses', label: text.losses, cell: ({ losses }) => losses, align: 'end', sortBy: ({ losses }) => losses },
  { key: 'ties', label: text.ties, cell: ({ ties }) => ties, align: 'end', sortBy: ({ ties }) => ties },
  { key: 'bad', label: text.bothBad, cell: ({ bothBad }) => bothBad, align: 'end', sortBy: ({ bothBad }) => bothBad },
  {
    key: 'share',
    label: text.rate,
    cell: (row) => {
      const share = wonShare(row);
      return share === null ? words.compare.numbers.unknown : text.percent(share);
    },
    align: 'end',
    sortBy: wonShare,
  },
];

export function TallyDialog({ comparisonId, onClose }: { comparisonId: string; onClose: () => void }) {
  const api = useApi();
  const [scope, setScope] = useState<'here' | 'all'>('here');
  const asked = scope === 'here' ? comparisonId : null;
  const { data, error, refetch } = useQuery({
    queryKey: keys.tally(asked),
    queryFn: ({ signal }) => api.compare.tally({ comparisonId: asked }, { signal }),
    // Votes are cast between two looks at it, in other windows as well.
    staleTime: 0,
  });
  return (
    <Dialog
      isOpen
      isWide
      onClose={onClose}
      title={text.title}
      actions={<Button onClick={onClose}>{words.common.close}</Button>}
    >
      <Segmented
        label={text.scope}
        value={scope}
        onChange={setScope}
        segments={[
          { value: 'here', label: text.here },
          { value: 'all', label: text.all },
        ]}
      />
      {error !== null && <ErrorCard failure={toAppError(error)} onRetry={() => void refetch()} />}
      {error === null && (
        <Table
          caption={text.title}
          columns={columns}
          rows={data}
          keyOf={({ name }) => name}
          initialSorting={{ key: 'wins', isDescending: true }}
          empty={<p className="p-4 text-sm text-ink-soft">{text.empty}</p>}
          isDense
        />
      )}
    </Dialog>
  );
}
