import Unplug from 'lucide-react/icons/unplug';
import { memo, useState, type ReactNode } from 'react';
import type { FitAnswer } from '../../../shared/contract/fit.ts';
import type { LostGpu, MemoryHolder } from '../../../shared/contract/gpu.ts';
import { formatMemory } from '../../../shared/format.ts';
import { toHash } from '../../router.ts';
import { Badge } from '../../ui/badge.tsx';
import { cx } from '../../ui/cx.ts';
import { Disclosure } from '../../ui/disclosure.tsx';
import { words } from '../../words.ts';
import { dateTime, number } from '../../words/intl.ts';
import type { BoardGpu } from './board.ts';
import { GpuHistory } from './gpu-history.tsx';
import { LaneRow } from './lane-row.tsx';
import type { Candidate } from './placing.ts';

interface GpuCardProps {
  item: BoardGpu;
  /** A line for each slice. */
  isCompact: boolean;
  candidate: Candidate | null;
  answers: ReadonlyMap<string, FitAnswer> | null;
  shownNim: string | null;
  onShowNim: (nimId: string | null) => void;
  onPlace: (deviceId: string) => void;
}

/** Name, bar, in use, free, and where there is room for them, the NIMs. */
const compactClass = cx(
  'grid grid-cols-[auto_minmax(calc(12*var(--step)),1fr)_auto_auto] gap-x-3',
  '@md:grid-cols-[auto_minmax(calc(12*var(--step)),1fr)_auto_auto_fit-content(calc(48*var(--step)))]',
);

/** A GPU with its memory, or with its slices. */
export const GpuCard = memo(function GpuCard({ item, isCompact, ...placing }: GpuCardProps) {
  const { gpu, lost, lanes, holders } = item;
  const { hardware: text } = words;
  const [isOpen, setOpen] = useState(false);
  const name = words.gpu.device(gpu.index, gpu.name);
  const isCut = gpu.migEnabled === true;
  if (lost !== null) return <LostCard lost={lost} />;
  return (
    <Frame name={name} isWide={isOpen}>
      <header className="flex flex-wrap items-start justify-between gap-x-4 gap-y-1">
        <h2 className="min-w-0 text-sm font-semibold break-words">{name}</h2>
        {gpu.isMemoryShared && (
          <span className="text-xs text-ink-soft" title={text.sharedHint}>
            {text.shared}
          </span>
        )}
        <dl className="flex w-full flex-wrap gap-x-4 gap-y-0.5 text-xs text-ink-soft">
          <Fact label={text.busy}>
            {gpu.utilizationPercent !== null
              ? text.percent(number(gpu.utilizationPercent))
              : isCut
                ? text.notMeasurable
                : null}
          </Fact>
          <Fact label={text.temperature}>
            {gpu.temperatureCelsius === null ? null : text.celsius(number(gpu.temperatureCelsius))}
          </Fact>
          <Fact label={text.power}>
            {gpu.powerWatts === null ? null : text.watts(number(Math.round(gpu.powerWatts)))}
          </Fact>
        </dl>
      </header>
      {lanes.length === 0 ? (
        <p className="text-sm text-warn">
          {text.noSlices}{' '}
          <a href={toHash({ page: 'hardware', tab: 'mig' })} className="text-accent underline">
            {text.makeSlices}
          </a>
        </p>
      ) : (
        <div className="@container">
          <ul
            aria-label={isCut ? text.slicesOf(name) : text.memoryOf(name)}
            className={isCompact ? compactClass : 'flex flex-col gap-2'}
          >
            {lanes.map((lane) => (
              <LaneRow key={lane.id} lane={lane} isCompact={isCompact} {...placing} />
            ))}
          </ul>
        </div>
      )}
      <Disclosure label={<span aria-label={text.more(name)}>{text.moreShort}</span>} isOpen={isOpen} onToggle={setOpen}>
        {isOpen && (
          <div className="flex flex-col gap-4 pt-2">
            <Processes holders={holders} />
            <GpuHistory gpu={gpu} />
          </div>
        )}
      </Disclosure>
    </Frame>
  );
});

/** One that is gone: it stays in its place, with what was known of it and since when nothing is. */
export function LostCard({ lost: { index, name, lastSeenAt, memoryTotalMiB } }: { lost: LostGpu }) {
  const { hardware: text } = words;
  const title = text.lostTitle(index, name);
  return (
    <Frame name={title}>
      <header className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
        <h2 className="min-w-0 text-sm font-semibold break-words">{title}</h2>
        <Badge tone="bad" icon={<Unplug aria-hidden className="size-icon-small" />}>
          {text.lost}
        </Badge>
      </header>
      <p className="text-sm">{text.lostSince(dateTime(new Date(lastSeenAt)))}</p>
      {memoryTotalMiB !== null && (
        <dl className="flex text-xs text-ink-soft">
          <Fact label={text.memory}>{formatMemory(memoryTotalMiB)}</Fact>
        </dl>
      )}
      <p className="text-sm text-ink-soft">{text.lostHint}</p>
      <p className="text-sm">
        <a href={toHash({ page: 'hardware', tab: 'checks' })} className="text-accent underline">
          {text.openChecks}
        </a>
      </p>
    </Frame>
  );
}

/** @param isWide what is unfolded needs room for charts */
function Frame({ name, isWide = false, children }: { name: string; isWide?: boolean; children: ReactNode }) {
  return (
    <section
      aria-label={name}
      className={cx(
        'flex min-w-0 flex-col gap-3 rounded-xl border border-line bg-surface p-4 shadow-card',
        isWide && '@4xl:col-span-2',
      )}
    >
      {children}
    </section>
  );
}

/** @param children null: not known */
function Fact({ label, children }: { label: string; children: string | null }) {
  return (
    <div className="flex gap-1">
      <dt>{label}</dt>
      <dd className="text-ink tabular-nums">{children ?? words.common.notKnown}</dd>
    </div>
  );
}

function Processes({ holders }: { holders: readonly MemoryHolder[] }) {
  const { hardware: text } = words;
  return (
    <div className="flex flex-col gap-1 text-sm">
      <h3 className="text-xs font-medium text-ink-soft">{text.processes}</h3>
      {holders.length === 0 ? (
        <p className="text-xs text-ink-soft">{text.noProcesses}</p>
      ) : (
        <ul aria-label={text.processes} className="flex flex-col gap-0.5 text-xs">
          {holders.map(({ pid, processName, memoryMiB, nim }) => (
            <li key={pid} className="flex flex-wrap justify-between gap-x-4">
              <span className="min-w-0 break-words">
                {nim !== null && (
                  <>
                    <a href={toHash({ page: 'nim', nimId: nim.id, tab: 'overview' })} className="text-accent underline">
                      {nim.name}
                    </a>{' '}
                  </>
                )}
                <span className="wrap-anywhere">{text.process(processName, pid)}</span>
              </span>
              <span className="tabular-nums">
                {memoryMiB === null ? words.common.notKnown : formatMemory(memoryMiB)}
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
