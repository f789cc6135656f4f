import { useQuery } from '@tanstack/react-query';
import Minus from 'lucide-react/icons/minus';
import Plus from 'lucide-react/icons/plus';
import { useState } from 'react';
import type { GpuDevice, MigPlan } from '../../../shared/contract/gpu.ts';
import { useApi } from '../../api.tsx';
import { ErrorCard } from '../../app/error-card.tsx';
import { TabPanel } from '../../app/tab-panel.tsx';
import { toAppError } from '../../hooks/read-stream.ts';
import { useStream } from '../../hooks/use-stream.ts';
import { keys, streams } from '../../query.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Callout } from '../../ui/callout.tsx';
import { Card } from '../../ui/card.tsx';
import { Select } from '../../ui/select.tsx';
import { SkeletonList } from '../../ui/skeleton.tsx';
import { Table } from '../../ui/table.tsx';
import { words } from '../../words.ts';
import { number } from '../../words/intl.ts';
import { MigCommands, MigLayouts } from './mig-layouts.tsx';
import { MigSlots } from './mig-slots.tsx';
import { suitingModels } from './mig-suits.ts';

/** What most people have who plan without a card at hand. */
const usualKind = 'H100-80';

type Wanted = Readonly<Record<string, number>>;

const cutOf = (gpu: GpuDevice | undefined) =>
  JSON.stringify([gpu?.migEnabled, gpu?.migPending, gpu?.migDevices.map(({ uuid, gi, ci }) => uuid ?? `${gi}/${ci}`)]);

/** What a card can be cut into, what it is cut into now, and how to come to something else. */
export function MigTab() {
  const text = words.mig;
  const api = useApi();
  const { data: report } = useStream(streams.gpu);
  const { data: kinds = [] } = useQuery({
    queryKey: keys.migCards(),
    queryFn: ({ signal }) => api.gpu.migCards({}, { signal }),
    staleTime: Infinity,
  });
  const [asked, setAsked] = useState<string | null>(null);
  const [wanted, setWanted] = useState<Wanted>({});
  const [layout, setLayout] = useState(0);
  // Cards without MIG answer neither "on" nor "off".
  const capable = (report?.gpus ?? []).filter(({ migEnabled }) => migEnabled !== null);
  const gpu = asked ?? (capable[0] === undefined ? usualKind : String(capable[0].index));
  const slices = Object.entries(wanted).flatMap(([name, count]) => (count === 0 ? [] : [`${count}x${name}`]));
  const { data: plan, error } = useQuery({
    queryKey: keys.migPlan(gpu, slices, layout, cutOf(capable.find(({ index }) => String(index) === gpu))),
    queryFn: ({ signal }) => api.gpu.planMig({ gpu, slices, layout }, { signal }),
    enabled: report !== undefined,
    placeholderData: (previous) => previous,
  });
  const change = (name: string, by: number) => {
    setWanted((before) => ({ ...before, [name]: Math.max(0, (before[name] ?? 0) + by) }));
    setLayout(0);
  };
  const options = [
    ...capable.map(({ index, name }) => ({ value: String(index), label: text.ofMachine(index, name) })),
    ...kinds.map(({ key, name }) => ({ value: key, label: text.kind(name) })),
  ];

  return (
    <TabPanel>
      <p className="max-w-text text-sm text-ink-soft">{text.intro}</p>
      {report !== undefined && capable.length === 0 && <Callout title={text.noneHere} />}
      <div className="flex flex-wrap items-center gap-3">
        <Select
          label={text.card}
          value={gpu}
          options={options}
          onChange={(next) => {
            setAsked(next);
            setWanted({});
            setLayout(0);
          }}
        />
      </div>
      {error !== null && <ErrorCard failure={toAppError(error)} />}
      {plan === undefined && error === null && <SkeletonList rows={3} />}
      {plan !== undefined && error === null && (
        <>
          <Now plan={plan} />
          <Profiles plan={plan} wanted={wanted} onChange={change} onClear={() => setWanted({})} />
          {plan.wanted.length > 0 &&
            (plan.layouts.length === 0 ? (
              <Callout tone="bad" title={text.doNotFit} />
            ) : (
              <>
                <MigLayouts plan={plan} onChoose={setLayout} />
                <MigCommands plan={plan} />
              </>
            ))}
        </>
      )}
    </TabPanel>
  );
}

function Now({ plan: { card, present, isMigEnabled, gpuIndex } }: { plan: MigPlan }) {
  const { now, ...text } = words.mig;
  const said =
    gpuIndex === null
      ? now.elsewhere
      : isMigEnabled === null
        ? now.unknown
        : !isMigEnabled
          ? now.off
          : present === null
            ? now.unread
            : now.on(present.length);
  return (
    <Card title={text.nowTitle} description={said}>
      {card.memorySlots !== null && (
        <>
          {present !== null && (
            <MigSlots label={text.geometry(card.name)} slots={card.memorySlots} instances={present} />
          )}
          <p className="text-xs text-ink-soft">{text.slotsHint(card.memorySlots, card.computeSlices)}</p>
        </>
      )}
    </Card>
  );
}

interface ProfilesProps {
  plan: MigPlan;
  wanted: Wanted;
  onChange: (name: string, by: number) => void;
  onClear: () => void;
}

function Profiles({ plan: { card, wanted: planned }, wanted, onChange, onClear }: ProfilesProps) {
  const text = words.mig;
  const api = useApi();
  const { data: catalog } = useQuery({
    queryKey: keys.catalog(),
    queryFn: ({ signal }) => api.catalog.list({}, { signal }),
    staleTime: Infinity,
  });
  const suits = (memoryGiB: number | null) => {
    const models = catalog === undefined ? null : suitingModels(memoryGiB, catalog.models);
    if (models === null) return text.suitsUnknown;
    const [first] = models;
    return first === undefined ? text.suitsNone : text.suitsMore(first, models.length - 1);
  };
  return (
    <Card
      title={text.plannerTitle}
      description={text.plannerHint}
      actions={
        planned.length > 0 && (
          <Button size="small" onClick={onClear}>
            {text.clear}
          </Button>
        )
      }
    >
      <Table
        caption={text.profilesTitle}
        rows={card.profiles}
        keyOf={({ name }) => name}
        columns={[
          { key: 'profile', label: text.profile, cell: ({ name }) => name, isRowHeader: true, isTight: true },
          {
            key: 'wanted',
            label: text.wanted,
            isTight: true,
            cell: stepperFor(wanted, onChange),
          },
          {
            key: 'memory',
            label: text.memory,
            align: 'end',
            cell: ({ memoryGiB }) =>
              memoryGiB === null ? words.common.notKnown : `${number(memoryGiB, { maximumFractionDigits: 1 })} GiB`,
          },
          {
            key: 'compute',
            label: text.compute,
            align: 'end',
            isOptional: true,
            cell: ({ computeSlices }) => text.computeOf(computeSlices, card.computeSlices),
          },
          { key: 'most', label: text.most, align: 'end', isOptional: true, cell: ({ maxInstances }) => maxInstances },
          { key: 'suits', label: text.suits, isOptional: true, cell: ({ memoryGiB }) => suits(memoryGiB) },
        ]}
      />
      <p className="text-xs text-ink-soft">{text.suitsNote}</p>
    </Card>
  );
}

type Profile = MigPlan['card']['profiles'][number];

const stepperFor = (wanted: Wanted, onChange: StepperProps['onChange']) => (profile: Profile) => (
  <Stepper profile={profile} count={wanted[profile.name] ?? 0} onChange={onChange} />
);

interface StepperProps {
  profile: Profile;
  count: number;
  onChange: (name: string, by: number) => void;
}

function Stepper({ profile: { name, placements, maxInstances }, count, onChange }: StepperProps) {
  const text = words.mig;
  return (
    <span className="flex items-center gap-1">
      <IconButton
        size="small"
        label={text.remove(name)}
        icon={<Minus aria-hidden className="size-icon-small" />}
        disabled={count === 0}
        onClick={() => onChange(name, -1)}
      />
      <span className="w-4 text-center tabular-nums">{count}</span>
      <IconButton
        size="small"
        label={text.add(name)}
        icon={<Plus aria-hidden className="size-icon-small" />}
        disabled={placements === null || count >= maxInstances}
        onClick={() => onChange(name, 1)}
      />
    </span>
  );
}
