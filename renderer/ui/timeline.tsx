import Check from 'lucide-react/icons/check';
import LoaderCircle from 'lucide-react/icons/loader-circle';
import Minus from 'lucide-react/icons/minus';
import X from 'lucide-react/icons/x';
import type { ReactNode } from 'react';
import { words } from '../words.ts';
import { cx } from './cx.ts';

export type StepState = 'done' | 'now' | 'todo' | 'failed' | 'skipped';

export interface Step {
  key: string;
  label: ReactNode;
  state: StepState;
  /** At the end of the line: how long it took, when it was. */
  time?: ReactNode;
  /** Under the label. */
  detail?: ReactNode;
  /** In place of the state's icon. */
  icon?: ReactNode;
}

const looks: Record<StepState, { mark: string; text: string }> = {
  done: { mark: 'border-good bg-good-soft text-good', text: '' },
  now: { mark: 'border-busy bg-busy-soft text-busy', text: 'font-semibold' },
  todo: { mark: 'border-line-strong/60 border-dashed bg-surface text-idle', text: 'text-ink-soft' },
  failed: { mark: 'border-bad bg-bad-soft text-bad', text: 'font-semibold' },
  skipped: { mark: 'border-line bg-sunken text-idle', text: 'text-ink-soft' },
};

function StateIcon({ state }: { state: StepState }) {
  const size = 'size-icon-small';
  if (state === 'done') return <Check aria-hidden className={size} strokeWidth={3} />;
  if (state === 'now') return <LoaderCircle aria-hidden className={cx(size, 'animate-spin')} />;
  if (state === 'failed') return <X aria-hidden className={size} strokeWidth={3} />;
  if (state === 'skipped') return <Minus aria-hidden className={size} />;
  return null;
}

/** What happened one after the other and what is to come: the phases of a start, the events of a day. */
export function Timeline({ label, steps }: { label: string; steps: readonly Step[] }) {
  return (
    <ol aria-label={label} className="flex flex-col">
      {steps.map(({ key, label: name, state, time, detail, icon }) => (
        <li key={key} aria-current={state === 'now' ? 'step' : undefined} className="group flex gap-3">
          <span className="flex flex-col items-center">
            <span
              className={cx('flex size-6 shrink-0 items-center justify-center rounded-full border', looks[state].mark)}
            >
              {icon ?? <StateIcon state={state} />}
            </span>
            <span aria-hidden className="w-px flex-1 bg-line group-last:hidden" />
          </span>
          <div className="min-w-0 flex-1 pb-3 group-last:pb-0">
            <div className="flex flex-wrap items-baseline justify-between gap-x-4 pt-0.5">
              <span className={cx('text-sm', looks[state].text)}>
                {name}
                <span className="sr-only">, {words.ui.stepStates[state]}</span>
              </span>
              {time !== undefined && <span className="text-xs text-ink-soft tabular-nums">{time}</span>}
            </div>
            {detail !== undefined && <div className="mt-0.5 text-xs break-words text-ink-soft">{detail}</div>}
          </div>
        </li>
      ))}
    </ol>
  );
}
