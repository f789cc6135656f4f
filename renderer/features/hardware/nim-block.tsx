import { formatMemory } from '../../../shared/format.ts';
import { toHash } from '../../router.ts';
import { cx } from '../../ui/cx.ts';
import { words } from '../../words.ts';
import type { LaneNim } from './board.ts';
import { colourClass } from './lane-bar.tsx';

interface NimBlockProps {
  block: LaneNim;
  /** Its figures are heard and not seen. */
  isCompact?: boolean;
  onShow: (nimId: string | null) => void;
}

/** A NIM in a lane, with what it holds there. */
export function NimBlock({ block, isCompact = false, onShow }: NimBlockProps) {
  const { nim, colour, heldMiB, needMiB, part, parts } = block;
  const { hardware: text, running } = words;
  const held = heldMiB === null ? text.heldUnknown : text.held(formatMemory(heldMiB));
  const isShort = heldMiB === null || (needMiB !== null && needMiB > heldMiB);
  const figureClass = isCompact ? 'sr-only' : 'text-ink-soft tabular-nums';
  return (
    <li className="min-w-0">
      <a
        href={toHash({ page: 'nim', nimId: nim.id, tab: 'overview' })}
        className="relative flex min-h-6 min-w-0 flex-wrap items-center gap-x-1.5 rounded-sm border border-line bg-raised px-1.5 text-xs hover:border-line-strong hover:bg-hover pointer-coarse:min-h-control"
        onPointerEnter={() => onShow(nim.id)}
        onPointerLeave={() => onShow(null)}
        onFocus={() => onShow(nim.id)}
        onBlur={() => onShow(null)}
      >
        <span aria-hidden className={cx('size-2.5 shrink-0 rounded-sm', colourClass[colour])} />
        <span className="min-w-0 font-medium break-words">{nim.name}</span>
        {nim.status !== 'ready' && <span className="text-ink-soft">{running.statuses[nim.status]}</span>}
        <span className={figureClass}>{held}</span>
        {isShort && needMiB !== null && <span className={figureClass}>{text.need(formatMemory(needMiB))}</span>}
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
