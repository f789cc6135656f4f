import { memo } from 'react';
import { formatMemory } from '../../../shared/format.ts';
import { cx } from '../../ui/cx.ts';
import { words } from '../../words.ts';
import type { Colour, Lane, Segment } from './board.ts';

/** Written out: a class that is put together is not found by the style's compiler. */
export const colourClass: Record<Colour, string> = {
  1: 'bg-series-1',
  2: 'bg-series-2',
  3: 'bg-series-3',
  4: 'bg-series-4',
  5: 'bg-series-5',
  6: 'bg-series-6',
};

export function segmentClass({ kind, nim }: Pick<Segment, 'kind' | 'nim'>): string {
  if (kind === 'nim') return colourClass[nim?.colour ?? 1];
  if (kind === 'other') return 'bg-idle';
  return kind === 'unnamed' ? 'bg-idle/55' : 'hatched border-y border-line-strong';
}

export function laneText({
  totalMiB,
  usedMiB,
  reservedMiB,
}: Pick<Lane, 'totalMiB' | 'usedMiB' | 'reservedMiB'>): string {
  const { hardware: text } = words;
  if (totalMiB === null) return text.memoryUnknown;
  if (usedMiB === null) return text.totalOnly(formatMemory(totalMiB));
  const used = text.used(formatMemory(usedMiB), formatMemory(totalMiB));
  return reservedMiB < 1 ? used : `${used}, ${text.reserved(formatMemory(reservedMiB))}`;
}

interface LaneBarProps {
  label: string;
  lane: Pick<Lane, 'totalMiB' | 'usedMiB' | 'reservedMiB' | 'segments'>;
}

/** How full a memory is, and by whom. Said as one value; the names of the holders stand beside it as text. */
export const LaneBar = memo(function LaneBar({ label, lane }: LaneBarProps) {
  const { totalMiB, usedMiB, segments } = lane;
  if (totalMiB === null || usedMiB === null)
    return <div aria-hidden className="h-3 rounded-sm border border-dashed border-line-strong" />;
  return (
    <div
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- the browser's own meter has one colour and no pieces
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={Math.round(totalMiB)}
      aria-valuenow={Math.round(Math.min(usedMiB, totalMiB))}
      aria-valuetext={laneText(lane)}
      className="flex h-3 overflow-hidden rounded-sm border border-line-strong/60 bg-sunken"
    >
      {segments.map((segment) => (
        <div
          key={`${segment.kind} ${segment.nim?.id ?? ''}`}
          data-fill=""
          className={cx('h-full min-w-px border-r border-surface', segmentClass(segment))}
          style={{ width: `${(segment.memoryMiB / totalMiB) * 100}%` }}
        />
      ))}
    </div>
  );
});
