import { memo, useState } from 'react';
import type { FitAnswer } from '../../../shared/contract/fit.ts';
import type { MigDevice } from '../../../shared/contract/gpu.ts';
import { formatMemory } from '../../../shared/format.ts';
import { cx } from '../../ui/cx.ts';
import { words } from '../../words.ts';
import type { Lane } from './board.ts';
import { LaneBar, laneText } from './lane-bar.tsx';
import { NimBlock } from './nim-block.tsx';
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
  /** A line in the columns of the list around it. */
  isCompact: boolean;
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
  const { lane, isCompact, candidate, answers, shownNim, onShowNim, onPlace } = props;
  const [isOver, setOver] = useState(false);
  const { hardware: text } = words;
  const parts = { lane, onShowNim };
  const [firstTarget] = lane.targets;
  const isTarget = candidate !== null && firstTarget !== undefined && firstTarget.id !== null;
  return (
    // A drop is the pointer's way to what the button in it does by key.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- as above
    <li
      className={cx(
        isCompact
          ? 'col-span-full grid min-h-7 grid-cols-subgrid items-center gap-y-1 border-t py-0.5 first:border-transparent'
          : 'flex min-w-0 flex-col gap-1.5 rounded-md border px-2.5 py-2',
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
      {isCompact ? <OneLine {...parts} /> : <Stacked {...parts} />}
      {candidate !== null &&
        lane.targets.map(({ id, slice }) => (
          <div key={id ?? slice?.index ?? ''} className="col-span-full">
            <PlaceHere
              candidate={candidate}
              deviceId={id}
              where={slice === null ? text.place.gpu(lane.gpuIndex) : text.place.slice(lane.gpuIndex, sliceName(slice))}
              answer={id === null || answers === null ? undefined : (answers.get(id) ?? null)}
              onPlace={onPlace}
            />
          </div>
        ))}
    </li>
  );
});

type PartsProps = Pick<LaneRowProps, 'lane' | 'onShowNim'>;

function Stacked({ lane, onShowNim }: PartsProps) {
  const { hardware: text } = words;
  const freeMiB = freeOf(lane);
  return (
    <>
      <div className="flex flex-wrap items-baseline justify-between gap-x-3">
        <h3 className="min-w-0 text-xs font-medium break-words">{laneName(lane)}</h3>
        <p className="text-xs text-ink-soft tabular-nums">
          {laneText(lane)}
          {freeMiB !== null && <span className="text-ink"> · {text.free(formatMemory(freeMiB))}</span>}
        </p>
      </div>
      {lane.slices.length > 1 && <p className="text-2xs text-ink-soft">{text.sharesMemory}</p>}
      <LaneBar label={barLabel(lane)} lane={lane} />
      {lane.nims.length > 0 && (
        <ul className="flex flex-wrap gap-1.5">
          {lane.nims.map((each) => (
            <NimBlock key={each.nim.id} block={each} onShow={onShowNim} />
          ))}
        </ul>
      )}
      <Others lane={lane} />
    </>
  );
}

/** What is in use and free as figures in columns; what is reserved is in the bar, and said with it. */
function OneLine({ lane, onShowNim }: PartsProps) {
  const { hardware: text } = words;
  const { totalMiB, usedMiB, nims, slices, othersMiB } = lane;
  const freeMiB = freeOf(lane);
  const figureClass = 'text-right text-xs whitespace-nowrap tabular-nums';
  return (
    <>
      <h3 className="min-w-0 text-xs font-medium">{laneName(lane)}</h3>
      <LaneBar label={barLabel(lane)} lane={lane} />
      <p className={cx(figureClass, 'text-ink-soft')}>
        {totalMiB === null || usedMiB === null
          ? words.common.notKnown
          : words.gpu.of(formatMemory(usedMiB), formatMemory(totalMiB))}
      </p>
      <p className={figureClass}>{freeMiB === null ? words.common.notKnown : text.free(formatMemory(freeMiB))}</p>
      {(nims.length > 0 || slices.length > 1 || (othersMiB ?? 0) > 0) && (
        <div className="col-start-2 -col-end-1 flex min-w-0 flex-col gap-1 @md:col-start-auto @md:col-end-auto">
          <ul className="flex flex-wrap gap-1 empty:hidden">
            {nims.map((each) => (
              <NimBlock key={each.nim.id} isCompact block={each} onShow={onShowNim} />
            ))}
          </ul>
          {slices.length > 1 && <p className="text-2xs text-ink-soft">{text.sharesMemory}</p>}
          <Others lane={lane} />
        </div>
      )}
    </>
  );
}

function Others({ lane: { othersMiB } }: { lane: Lane }) {
  if (othersMiB === null || othersMiB <= 0) return null;
  return <p className="text-2xs text-ink-soft">{words.hardware.others(formatMemory(othersMiB))}</p>;
}

/** Not promised to anybody either; null: not known. */
function freeOf({ totalMiB, usedMiB, reservedMiB }: Lane): number | null {
  return totalMiB === null || usedMiB === null ? null : Math.max(0, totalMiB - usedMiB - reservedMiB);
}

function barLabel(lane: Lane): string {
  const { place, memoryOf } = words.hardware;
  return memoryOf(lane.slices.length === 0 ? place.gpu(lane.gpuIndex) : place.slice(lane.gpuIndex, laneName(lane)));
}
