import Cpu from 'lucide-react/icons/cpu';
import Maximize2 from 'lucide-react/icons/maximize-2';
import Minimize2 from 'lucide-react/icons/minimize-2';
import Play from 'lucide-react/icons/play';
import RotateCw from 'lucide-react/icons/rotate-cw';
import SlidersHorizontal from 'lucide-react/icons/sliders-horizontal';
import Trophy from 'lucide-react/icons/trophy';
import { memo } from 'react';
import type { CompareAnswer } from '../../../shared/contract/compare.ts';
import type { TargetInfo } from '../../../shared/contract/targets.ts';
import { useApi } from '../../api.tsx';
import { ErrorCard } from '../../app/error-card.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { Markdown } from '../../markdown/markdown.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { cx } from '../../ui/cx.ts';
import { Disclosure } from '../../ui/disclosure.tsx';
import { words } from '../../words.ts';
import { AnswerScroller } from './answer-scroller.tsx';
import { isUnderWay, type AnswerSoFar } from './answers.ts';
import { Numbers } from './numbers.tsx';
import { titleOf, type Place } from './places.ts';
import type { ColumnScroll } from './use-column-scroll.ts';
import { useAnswer } from './use-answer.ts';

const { compare } = words;

interface AnswerColumnProps {
  place: Place;
  places: readonly Place[];
  /** Letters of columns on the same GPU, as it is now. */
  sharesWith: readonly string[];
  /** Who is asked, as known now; null: it is gone; undefined: not known yet, or hidden. */
  info: TargetInfo | null | undefined;
  isMasked: boolean;
  isBest: boolean;
  isFocused: boolean;
  onFocus: (() => void) | null;
  /** Null: not now. */
  onAgain: ((answerId: string) => void) | null;
  scroll: ColumnScroll;
}

export function AnswerColumn(props: AnswerColumnProps) {
  const { place, places, sharesWith, info, isMasked, isBest, isFocused, onFocus, scroll } = props;
  const title = titleOf(place);
  const FocusIcon = isFocused ? Minimize2 : Maximize2;
  return (
    <section
      aria-label={title}
      className={cx(
        'flex min-h-0 min-w-80 flex-1 basis-80 flex-col rounded-xl border bg-surface shadow-card',
        isBest ? 'border-accent' : 'border-line',
      )}
    >
      <header className="flex flex-col gap-1.5 border-b border-line px-3 py-2 snug:gap-0.5 snug:py-1">
        <div className="flex items-center gap-2">
          <h2 className="min-w-0 flex-1 truncate text-base font-semibold" title={title}>
            {title}
          </h2>
          {isBest && (
            <span className="text-accent" title={compare.vote.column(place.letter)}>
              <Trophy aria-label={compare.vote.column(place.letter)} className="size-icon" />
            </span>
          )}
          {onFocus !== null && (
            <IconButton
              size="small"
              label={isFocused ? compare.unfocus : compare.focus(title)}
              icon={<FocusIcon aria-hidden className="size-icon" />}
              onClick={onFocus}
            />
          )}
        </div>
        <Marks place={place} sharesWith={sharesWith} info={info} isMasked={isMasked} />
      </header>
      {place.answer === null ? (
        <p className="p-4 text-sm text-ink-soft">{info === null ? compare.target.goneHint : compare.nothingYet}</p>
      ) : (
        <ColumnAnswer {...props} answer={place.answer} places={places} scroll={scroll} />
      )}
    </section>
  );
}

function Marks({
  place,
  sharesWith,
  info,
  isMasked,
}: Pick<AnswerColumnProps, 'place' | 'sharesWith' | 'info' | 'isMasked'>) {
  const api = useApi();
  const start = useAction((nimId: string) => api.nims.start({ nimId }));
  if (isMasked) return null;
  const nimId = info?.target.kind === 'nim' ? info.target.nimId : null;
  return (
    <div className="flex flex-wrap items-center gap-1.5 empty:hidden">
      {sharesWith.length > 0 && (
        <Badge tone="warn" icon={<Cpu aria-hidden className="size-icon-small" />}>
          {compare.sharesWith(sharesWith)}
        </Badge>
      )}
      {place.column !== null && place.column.parameters !== null && (
        <Badge icon={<SlidersHorizontal aria-hidden className="size-icon-small" />}>{compare.ownParameters}</Badge>
      )}
      {info === null && <Badge tone="bad">{compare.target.gone}</Badge>}
      {info !== null && info !== undefined && info.state !== 'ready' && (
        <Badge tone={info.state === 'starting' ? 'busy' : 'warn'}>{words.asking.states[info.state]}</Badge>
      )}
      {info?.state === 'startable' && nimId !== null && (
        <Button
          size="small"
          icon={<Play aria-hidden className="size-icon-small" />}
          isBusy={start.isRunning}
          onClick={() => start.run(nimId)}
        >
          {compare.target.start}
        </Button>
      )}
    </div>
  );
}

function ColumnAnswer(props: AnswerColumnProps & { answer: CompareAnswer }) {
  const { answer, place, places, isMasked, onAgain, scroll } = props;
  const live = useAnswer(answer);
  const state = answer.state === 'queued' ? 'queued' : (live?.state ?? answer.state);
  const isGrowing = isUnderWay(state);
  const text = live?.text ?? '';
  const finishReason = live?.finishReason ?? answer.finishReason;
  return (
    <>
      <AnswerScroller
        key={answer.id}
        columnId={answer.columnId}
        label={compare.answerOf(titleOf(place))}
        isGrowing={isGrowing}
        scroll={scroll}
      >
        <AnswerBody answer={answer} live={live} isMasked={isMasked} isGrowing={isGrowing} />
      </AnswerScroller>
      <footer className="flex flex-col gap-1.5 border-t border-line px-3 py-2 snug:flex-row snug:flex-wrap snug:items-start snug:gap-x-2 snug:gap-y-0 snug:py-1">
        {isMasked ? (
          <p className="text-xs text-ink-soft snug:flex-1">{compare.numbers.hidden}</p>
        ) : (
          <Numbers answer={answer} live={live} places={places} />
        )}
        <div className="flex min-h-control-small flex-wrap items-center gap-2 text-xs text-ink-soft snug:gap-1">
          {text !== '' && !isGrowing && <CopyButton text={text} label={compare.copy} />}
          {!isGrowing && onAgain !== null && (
            <Button
              size="small"
              variant="quiet"
              icon={<RotateCw aria-hidden className="size-icon-small" />}
              aria-label={compare.again}
              title={compare.again}
              onClick={() => onAgain(answer.id)}
            >
              <span className="snug:hidden">{compare.again}</span>
            </Button>
          )}
          <span className="min-w-0">
            {finishReason === 'length'
              ? compare.cutByLength
              : state === 'done' || state === 'queued'
                ? ''
                : compare.states[state]}
          </span>
        </div>
      </footer>
    </>
  );
}

interface AnswerBodyProps {
  answer: CompareAnswer;
  live: AnswerSoFar | null;
  isMasked: boolean;
  isGrowing: boolean;
}

const AnswerBody = memo(function AnswerBody({ answer, live, isMasked, isGrowing }: AnswerBodyProps) {
  const failure = isGrowing ? null : (live?.failure ?? answer.failure);
  return (
    <>
      {answer.state === 'queued' && <p className="text-sm text-ink-soft">{compare.states.queued}</p>}
      {live !== null && live.reasoning !== '' && (
        <Disclosure label={compare.reasoning}>
          <p className="text-sm break-words whitespace-pre-wrap text-ink-soft">{live.reasoning}</p>
        </Disclosure>
      )}
      {live !== null && live.text !== '' && <Markdown text={live.text} isOpen={isGrowing} />}
      {failure !== null &&
        (isMasked ? <p className="text-sm text-ink-soft">{compare.noAnswerBlind}</p> : <ErrorCard failure={failure} />)}
    </>
  );
});
