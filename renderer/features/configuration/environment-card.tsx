import { useState } from 'react';
import type { NimDetails, NimVariable } from '../../../shared/contract/nims.ts';
import { Badge } from '../../ui/badge.tsx';
import { Card } from '../../ui/card.tsx';
import { Disclosure } from '../../ui/disclosure.tsx';
import { Table, type Column } from '../../ui/table.tsx';
import { words } from '../../words.ts';

const { configuration: text } = words;

interface Pair {
  name: string;
  value: string | null;
}

const columns: readonly Column<Pair>[] = [
  {
    key: 'name',
    label: text.variable,
    cell: ({ name }) => <span className="font-mono text-code">{name}</span>,
    isRowHeader: true,
  },
  {
    key: 'value',
    label: text.value,
    cell: ({ value }) =>
      value === null ? (
        <Badge tone="idle">{text.isSet}</Badge>
      ) : (
        <span className="font-mono text-code wrap-anywhere">{value}</span>
      ),
  },
];

/** What this run sets; what every container of the image has stands behind a click. */
export function EnvironmentCard({ environment }: { environment: readonly NimVariable[] }) {
  const [isOpen, setOpen] = useState(false);
  const own = environment.filter(({ origin }) => origin === 'run');
  const ofImage = environment.filter(({ origin }) => origin === 'image');
  const more = text.showImageVariables(ofImage.length);
  return (
    <Card title={text.environment} description={text.environmentHint}>
      <Pairs caption={text.environment} pairs={own} />
      {ofImage.length > 0 && (
        <Disclosure label={more} isOpen={isOpen} onToggle={setOpen}>
          {isOpen && <Pairs caption={more} pairs={ofImage} />}
        </Disclosure>
      )}
    </Card>
  );
}

export function LabelsCard({ labels }: Pick<NimDetails, 'labels'>) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Card title={text.labels}>
      <Disclosure label={text.showLabels(labels.length)} isOpen={isOpen} onToggle={setOpen}>
        {isOpen && <Pairs caption={text.labels} pairs={labels} />}
      </Disclosure>
    </Card>
  );
}

function Pairs({ caption, pairs }: { caption: string; pairs: readonly Pair[] }) {
  return (
    <Table
      isDense
      caption={caption}
      rows={pairs}
      keyOf={({ name }) => name}
      empty={<p className="p-4 text-sm text-ink-soft">{words.common.none}</p>}
      columns={columns}
    />
  );
}
