import ChevronLeft from 'lucide-react/icons/chevron-left';
import ChevronRight from 'lucide-react/icons/chevron-right';
import ChevronsRight from 'lucide-react/icons/chevrons-right';
import { useState, type ReactNode } from 'react';
import type { CompareRound } from '../../../shared/contract/compare.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import { cx } from '../../ui/cx.ts';
import { words } from '../../words.ts';

interface RoundBarProps {
  round: CompareRound | null;
  number: number;
  count: number;
  onShow: (number: number | null) => void;
  /** Beside the walker. */
  children: ReactNode;
}

/** Longer ones are shown in part: the answers are what one came for. */
const longPrompt = 280;
/** In a low window one line is shown, which holds about as many. */
const lineOfPrompt = 90;

export function RoundBar({ round, number, count, onShow, children }: RoundBarProps) {
  const text = words.compare.round;
  return (
    <div className="flex flex-col gap-2 snug:gap-1">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <nav aria-label={text.walker} className="flex items-center gap-1">
          <IconButton
            size="small"
            label={text.earlier}
            disabled={number <= 1}
            focusableWhenDisabled
            icon={<ChevronLeft aria-hidden className="size-icon" />}
            onClick={() => onShow(number - 1)}
          />
          <output className="text-sm font-medium tabular-nums">{text.of(number, count)}</output>
          <IconButton
            size="small"
            label={text.later}
            disabled={number >= count}
            focusableWhenDisabled
            icon={<ChevronRight aria-hidden className="size-icon" />}
            onClick={() => onShow(number + 1)}
          />
          <IconButton
            size="small"
            label={text.newest}
            disabled={number >= count}
            focusableWhenDisabled
            icon={<ChevronsRight aria-hidden className="size-icon" />}
            onClick={() => onShow(null)}
          />
        </nav>
        {round?.origin === 'set' && <Badge>{round.name ?? text.ofSet}</Badge>}
        {children}
      </div>
      {round !== null && <Prompt key={round.id} prompt={round.prompt} />}
    </div>
  );
}

function Prompt({ prompt }: { prompt: string }) {
  const [isWhole, setWhole] = useState(false);
  const isLong = prompt.length > longPrompt;
  const isOverLine = prompt.length > lineOfPrompt || prompt.includes('\n');
  return (
    <div className="flex items-start gap-3 rounded-xl bg-accent-soft px-3 py-2 snug:items-center snug:py-1">
      <p
        className={cx(
          'max-h-40 min-w-0 flex-1 overflow-y-auto text-sm break-words whitespace-pre-wrap',
          !isWhole && 'snug:line-clamp-1',
        )}
      >
        <span className="sr-only">{words.compare.round.prompt}: </span>
        {isLong && !isWhole ? `${prompt.slice(0, longPrompt)} …` : prompt}
      </p>
      {isOverLine && !isWhole && (
        <span className={isLong ? undefined : 'hidden snug:block'}>
          <Button size="small" variant="quiet" onClick={() => setWhole(true)}>
            {words.compare.round.showAll}
          </Button>
        </span>
      )}
    </div>
  );
}
