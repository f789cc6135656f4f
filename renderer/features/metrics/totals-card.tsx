import type { Latency, NimMetrics } from '../../../shared/contract/metrics.ts';
import { Card } from '../../ui/card.tsx';
import { Stat, Stats } from '../../ui/stat.tsx';
import { Table, type Column } from '../../ui/table.tsx';
import { words } from '../../words.ts';
import { number } from '../../words/intl.ts';

const { metrics: text } = words;

interface Row {
  key: string;
  label: string;
  latency: Latency;
}

const seconds = (value: number | null) => (value === null ? '–' : text.about(text.duration(value)));

const columns: readonly Column<Row>[] = [
  { key: 'name', label: text.latency, cell: (row) => row.label, isRowHeader: true },
  { key: 'count', label: text.count, align: 'end', cell: (row) => number(row.latency.count) },
  { key: 'p50', label: text.p50, align: 'end', cell: (row) => seconds(row.latency.p50) },
  { key: 'p95', label: text.p95, align: 'end', cell: (row) => seconds(row.latency.p95) },
  { key: 'p99', label: text.p99, align: 'end', cell: (row) => seconds(row.latency.p99) },
];

/** What the NIM counts since it started; only what it has. */
export function TotalsCard({ totals }: { totals: NimMetrics }) {
  const rows: Row[] = [
    { key: 'ttft', label: text.ttft, latency: totals.ttft },
    { key: 'itl', label: text.itl, latency: totals.itl },
    { key: 'e2e', label: text.whole, latency: totals.e2e },
  ].flatMap(({ latency, ...row }) => (latency === null ? [] : [{ ...row, latency }]));
  const counts = [
    [text.answered, totals.e2e?.count ?? null],
    [text.generated, totals.generationTokens],
    [text.prompt, totals.promptTokens],
  ] as const;
  if (rows.length === 0 && counts.every(([, count]) => count === null)) return null;
  return (
    <Card title={text.totals} description={text.totalsHint}>
      <Stats>
        {counts.map(([label, count]) => (
          <Stat key={label} label={label} value={count === null ? null : number(count)} />
        ))}
      </Stats>
      {rows.length > 0 && (
        <>
          <Table isDense caption={text.latency} rows={rows} keyOf={(row) => row.key} columns={columns} />
          <p className="text-xs text-ink-soft">{text.aboutHint}</p>
        </>
      )}
    </Card>
  );
}
