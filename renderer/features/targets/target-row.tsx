import Check from 'lucide-react/icons/check';
import Play from 'lucide-react/icons/play';
import type { FitMark } from '../../../shared/contract/fit.ts';
import type { TargetInfo } from '../../../shared/contract/targets.ts';
import { fitLook } from '../../app/fit-text.ts';
import { Badge, type Tone } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { cx } from '../../ui/cx.ts';
import { words } from '../../words.ts';
import { CapabilityMarks } from './capability-marks.tsx';
import { canAnswer } from './target.ts';

const tones: Readonly<Record<TargetInfo['state'], Tone>> = {
  ready: 'good',
  starting: 'busy',
  startable: 'idle',
  unavailable: 'warn',
  'needs-key': 'warn',
  retired: 'idle',
};

interface TargetRowProps {
  info: TargetInfo;
  isChosen: boolean;
  /** Enter in the field above takes it. */
  isMarked: boolean;
  /** Of a NIM that could be started. */
  mark: FitMark | undefined;
  isStarting: boolean;
  onChoose: () => void;
  onStart: () => void;
}

export function TargetRow({ info, isChosen, isMarked, mark, isStarting, onChoose, onStart }: TargetRowProps) {
  const { name, model, state, capabilities, contextTokens } = info;
  const isStartable = state === 'startable' && canAnswer(info);
  const fit = isStartable && mark !== undefined ? fitLook(mark) : null;
  return (
    <li className="flex min-w-0 items-center gap-2">
      <button
        type="button"
        aria-current={isChosen}
        disabled={!canAnswer(info)}
        onClick={onChoose}
        className={cx(
          'flex min-h-row min-w-0 flex-1 items-center gap-3 rounded-md px-2 py-1 text-left text-sm hover:bg-hover disabled:opacity-55',
          isMarked && 'bg-hover',
          isChosen && 'bg-accent-soft',
        )}
      >
        <span className="w-4 shrink-0">{isChosen && <Check aria-hidden className="size-icon text-accent" />}</span>
        <span className="min-w-0 flex-1">
          <span className="block truncate font-medium">{name}</span>
          <span className="block truncate text-xs text-ink-soft empty:hidden">
            {[model === name ? null : model, contextTokens === null ? null : words.asking.context(contextTokens)]
              .filter((part) => part !== null)
              .join(' · ')}
          </span>
        </span>
        <CapabilityMarks {...info} />
        {capabilities.chat === false && <Badge tone="idle">{words.asking.noChat}</Badge>}
        {state !== 'ready' && <Badge tone={tones[state]}>{words.asking.states[state]}</Badge>}
      </button>
      {fit !== null && <Badge tone={fit.tone}>{fit.word}</Badge>}
      {isStartable && (
        <Button
          size="small"
          aria-label={words.asking.startNamed(name)}
          icon={<Play aria-hidden className="size-icon-small" />}
          isBusy={isStarting}
          onClick={onStart}
        >
          {words.asking.start}
        </Button>
      )}
    </li>
  );
}
