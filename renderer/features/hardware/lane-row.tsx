import { memo, useState } from 'react';
import type { FitAnswer } from '../../../shared/contract/fit.ts';
import type { MigDevice } from '../../../shared/contract/gpu.ts';
import { formatMemory } from '../../../shared/format.ts';
import { toHash } from '../../router.ts';
import { cx } from '../../ui/cx.ts';
import { words } from '../../words.ts';
import type { Lane, LaneNim } from './board.ts';
import { colourClass, LaneBar, laneText } from './lane-bar.tsx';
import { PlaceHere } from './place-here.tsx';
import type { Candidate } from './placing.ts';

/** `1g.10gb (2)`: the profile and the number that tells equal ones apart. */
export function sliceName({ profile, index }: Pick<MigDevice, 'profile' | 'index'>): string {
  const name = profile ?? words.hardware.unnamedSlice;
  return index === null ? name : `${name} (${index})`;
}

export const laneName = ({ slices }: Pick<Lane, 'slices'>): string =>
  slices.length === 0 ? words.hardware.wholeGpu : words.hardware.slice(slices.map(sliceName));

interface LaneRowProps {
  lane: Lane;
  /** Null: nothing is being placed. */
  candidate: Candidate | null;
  /** By device id. */
  answers: ReadonlyMap<string, FitAnswer> | null;
  /** Under the pointer or the focus is a part of these NIM's places: all of them stand out. */
  shownNim: string | null;
  onShowNim: (nimId: string | null) => void;
  onPlace: (deviceId: string) => void;
}

/** One memory: who holds it, what is free, and, while something is being placed, whether that fits. */
export const LaneRow = memo(function LaneRow(props: LaneRowProps) {
  const { lane, candidate, answers, shownNim, onShowNim, onPlace } = props;
  const [isOver, setOver] = useState(false);
  const { hardware: text } = words;
  const name = laneName(lane);
  const whole = lane.slices.length === 0;
  const freeMiB =
    lane.totalMiB === null || lane.usedMiB === null
      ? null
      : Math.max(0, lane.totalMiB - lane.usedMiB - lane.reservedMiB);
  const [firstTarget] = lane.targets;
  const isTarget = candidate !== null && firstTarget !== undefined && firstTarget.id !== null;
  return (
    // A drop is the pointer's way to what the button in it does by key.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- as above
    <li
      className={cx(
        'flex min-w-0 flex-col gap-1.5 rounded-md border px-2.5 py-2',
        isOver ? 'border-accent bg-accent-soft' : 'border-line',
        lane.nims.some(({ nim }) => nim.id === shownNim) && 'outline-(length:--ring) outline-accent',
      )}
      onDragOver={(event) => {
        if (!isTarget) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        setOver(false);
        if (firstTarget === undefined || firstTarget.id === null || candidate === null) return;
        event.preventDefault();
        onPlace(firstTarget.id);
      }}
    >
      <div className="flex flex-wrap items-baseline justify-between gap-x-3">
        <h3 className="min-w-0 text-xs font-medium break-words">{name}</h3>
        <p className="text-xs text-ink-soft tabular-nums">
          {laneText(lane)}
          {freeMiB !== null && <span className="text-ink"> · {text.free(formatMemory(freeMiB))}</span>}
        </p>
      </div>
      {lane.slices.length > 1 && <p className="text-2xs text-ink-soft">{text.sharesMemory}</p>}
      <LaneBar
        label={text.memoryOf(whole ? text.place.gpu(lane.gpuIndex) : text.place.slice(lane.gpuIndex, name))}
        lane={lane}
      />
      {lane.nims.length > 0 && (
        <ul className="flex flex-wrap gap-1.5">
          {lane.nims.map((each) => (
            <NimBlock key={each.nim.id} block={each} onShow={onShowNim} />
          ))}
        </ul>
      )}
      {lane.othersMiB !== null && lane.othersMiB > 0 && (
        <p className="text-2xs text-ink-soft">{text.others(formatMemory(lane.othersMiB))}</p>
      )}
      {candidate !== null &&
        lane.targets.map(({ id, slice }) => (
          <PlaceHere
            key={id ?? slice?.index ?? ''}
            candidate={candidate}
            deviceId={id}
            where={slice === null ? text.place.gpu(lane.gpuIndex) : text.place.slice(lane.gpuIndex, sliceName(slice))}
            answer={id === null || answers === null ? undefined : (answers.get(id) ?? null)}
            onPlace={onPlace}
          />
        ))}
    </li>
  );
});

function NimBlock({ block, onShow }: { block: LaneNim; onShow: (nimId: string | null) => void }) {
  const { nim, colour, heldMiB, needMiB, part, parts } = block;
  const { hardware: text, running } = words;
  const held = heldMiB === null ? text.heldUnknown : text.held(formatMemory(heldMiB));
  const isShort = heldMiB === null || (needMiB !== null && needMiB > heldMiB);
  return (
    <li className="min-w-0">
      <a
        href={toHash({ page: 'nim', nimId: nim.id, tab: 'overview' })}
        className="flex min-h-6 min-w-0 flex-wrap items-center gap-x-1.5 rounded-sm border border-line bg-raised px-1.5 text-xs hover:border-line-strong hover:bg-hover pointer-coarse:min-h-control"
        onPointerEnter={() => onShow(nim.id)}
        onPointerLeave={() => onShow(null)}
        onFocus={() => onShow(nim.id)}
        onBlur={() => onShow(null)}
      >
        <span aria-hidden className={cx('size-2.5 shrink-0 rounded-sm', colourClass[colour])} />
        <span className="min-w-0 font-medium break-words">{nim.name}</span>
        {nim.status !== 'ready' && <span className="text-ink-soft">{running.statuses[nim.status]}</span>}
        <span className="text-ink-soft tabular-nums">{held}</span>
        {isShort && needMiB !== null && (
          <span className="text-ink-soft tabular-nums">{text.need(formatMemory(needMiB))}</span>
        )}
        {parts > 1 && (
          <span
            className="rounded-sm bg-accent-soft px-1 font-medium text-accent tabular-nums"
            title={text.partLong(part, parts)}
          >
            {text.part(part, parts)}
          </span>
        )}
      </a>
    </li>
  );
}
