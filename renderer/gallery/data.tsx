import Box from 'lucide-react/icons/box';
import Ellipsis from 'lucide-react/icons/ellipsis-vertical';
import { useState } from 'react';
import { StatusBadge } from '../app/status.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button, IconButton } from '../ui/button.tsx';
import { Chart, ChartGrid } from '../ui/chart.tsx';
import { KeyValue } from '../ui/key-value.tsx';
import { List, ListRow } from '../ui/list.tsx';
import { SplitPane } from '../ui/split-pane.tsx';
import { Table, type Column } from '../ui/table.tsx';
import { Section } from './section.tsx';
import { samples } from './words.ts';

export function Rows() {
  return (
    <Section title={samples.rows}>
      <List>
        {[samples.first, samples.second, samples.long].map((name, index) => (
          <ListRow
            key={name}
            lead={<Box className="size-icon-large" />}
            title={name}
            marks={<Badge>{samples.value}</Badge>}
            sub={samples.sentence}
            status={<StatusBadge status={index === 0 ? 'ready' : 'stopped'} />}
            facts={[
              { label: samples.memory, value: samples.share(0.4) },
              { label: samples.full, value: index === 0 ? null : samples.share(0.9) },
            ]}
            extra={<span className="font-mono text-xs">{samples.code}</span>}
            isSelected={index === 1}
            actions={
              <>
                <Button size="small">{samples.open}</Button>
                <IconButton size="small" label={samples.more} icon={<Ellipsis aria-hidden className="size-icon" />} />
              </>
            }
          />
        ))}
      </List>
    </Section>
  );
}

interface Line {
  name: string;
  share: number | null;
}

const lines: readonly Line[] = [
  { name: samples.second, share: 0.42 },
  { name: samples.first, share: null },
  { name: samples.long, share: 0.97 },
];

const columns: readonly Column<Line>[] = [
  { key: 'name', label: samples.name, cell: ({ name }) => name, isRowHeader: true, sortBy: ({ name }) => name },
  {
    key: 'share',
    label: samples.memory,
    align: 'end',
    isTight: true,
    cell: ({ share }) => (share === null ? '–' : samples.share(share)),
    sortBy: ({ share }) => share,
  },
  { key: 'more', label: samples.facts, cell: () => samples.sentence, isOptional: true },
];

export function Tables() {
  const keyOf = ({ name }: Line) => name;
  return (
    <Section title={samples.table}>
      <Table caption={samples.value} columns={columns} rows={lines} keyOf={keyOf} />
      <div className="grid items-start gap-4 @4xl:grid-cols-2">
        <Table caption={samples.first} columns={columns} rows={undefined} keyOf={keyOf} pendingRows={2} />
        <Table
          caption={samples.second}
          columns={columns}
          rows={[]}
          keyOf={keyOf}
          empty={<p className="p-6 text-center text-ink-soft">{samples.empty}</p>}
        />
      </div>
      <KeyValue
        isWide
        items={[
          { label: samples.name, value: samples.sentence },
          { label: samples.memory, value: samples.share(0.42) },
          { label: samples.command, value: <code className="font-mono text-code">{samples.code}</code> },
        ]}
      />
    </Section>
  );
}

const count = 120;
const start = Date.UTC(2026, 2, 6, 12);
const times = Array.from({ length: count }, (_, index) => start + index * 1_000);
const wave = (phase: number, size: number) =>
  times.map((_, index) => (index > 60 && index < 70 ? null : size * (1.2 + Math.sin(index / 9 + phase))));

export function Charts() {
  const all = Array.from({ length: 6 }, (_, index) => ({
    label: `${samples.value} ${index + 1}`,
    values: wave(index, 20),
  }));
  return (
    <Section title={samples.charts}>
      <ChartGrid>
        <Chart title={samples.left} times={times} series={all.slice(0, 1)} format={samples.rate} />
        <Chart title={samples.sentence} times={times} series={all} format={samples.rate} note={samples.hint} />
        <Chart title={samples.stalled} times={times} series={all.slice(0, 2)} format={samples.rate} state="old" />
        <Chart title={samples.third} times={[]} series={[]} format={samples.rate} state="loading" />
        <Chart title={samples.unknown} times={[]} series={[]} format={samples.rate} empty={samples.noSeries} />
        <Chart
          title={samples.full}
          times={times}
          series={[{ label: samples.memory, values: wave(0, 0.4) }]}
          format={samples.share}
          max={1}
        />
      </ChartGrid>
    </Section>
  );
}

export function Panes() {
  const [size, setSize] = useState(16);
  return (
    <Section title={samples.panes}>
      <div className="flex h-40 overflow-clip rounded-md border border-line">
        <SplitPane label={samples.left} size={size} onSize={setSize} start={<p className="p-3">{samples.first}</p>}>
          <p className="p-3">{samples.sentence}</p>
        </SplitPane>
      </div>
    </Section>
  );
}
