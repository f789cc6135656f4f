import CircleCheck from 'lucide-react/icons/circle-check';
import CircleDashed from 'lucide-react/icons/circle-dashed';
import CircleHelp from 'lucide-react/icons/circle-question-mark';
import CircleX from 'lucide-react/icons/circle-x';
import Hourglass from 'lucide-react/icons/hourglass';
import LoaderCircle from 'lucide-react/icons/loader-circle';
import RotateCw from 'lucide-react/icons/rotate-cw';
import TriangleAlert from 'lucide-react/icons/triangle-alert';
import type { ComponentType, ReactNode } from 'react';
import type { Check, CheckState } from '../../../shared/contract/doctor.ts';
import { checkWords } from '../../../shared/doctor.ts';
import { When } from '../../app/when.tsx';
import { Badge, type Tone } from '../../ui/badge.tsx';
import { IconButton } from '../../ui/button.tsx';
import { cx } from '../../ui/cx.ts';
import { Disclosure } from '../../ui/disclosure.tsx';
import { words } from '../../words.ts';

interface Look {
  tone: Tone;
  ink: string;
  icon: ComponentType<{ className?: string; 'aria-hidden'?: boolean }>;
}

const looks: Record<CheckState, Look> = {
  checking: { tone: 'busy', ink: 'text-busy', icon: LoaderCircle },
  ok: { tone: 'good', ink: 'text-good', icon: CircleCheck },
  warning: { tone: 'warn', ink: 'text-warn', icon: TriangleAlert },
  failed: { tone: 'bad', ink: 'text-bad', icon: CircleX },
  unknown: { tone: 'idle', ink: 'text-ink-soft', icon: CircleHelp },
  'not-applicable': { tone: 'idle', ink: 'text-ink-soft', icon: CircleDashed },
  skipped: { tone: 'idle', ink: 'text-ink-soft', icon: Hourglass },
};

interface CheckRowProps {
  check: Check;
  /** Among others of its state, which the line above them says. */
  isDense?: boolean;
  /** The link to mend before all behind it. */
  isFirstBroken: boolean;
  onRecheck: () => void;
  /** In place of “check again”: another way to look. */
  action?: ReactNode;
}

/** A link: what it is, how it is, what was seen, and what mends it. */
export function CheckRow({ check, isDense = false, isFirstBroken, onRecheck, action }: CheckRowProps) {
  const { doctor } = words;
  const { id, state, remedy } = check;
  const { tone, ink, icon: Icon } = looks[state];
  const title = doctor.titles[id];
  const isMoving = state === 'checking';
  return (
    <li
      className={cx(
        'flex gap-3 border-t border-line px-4',
        isDense ? 'py-1' : 'py-2',
        isFirstBroken && 'bg-bad-soft/40',
      )}
    >
      <Icon aria-hidden className={cx('mt-0.5 size-icon-large shrink-0', ink, isMoving && 'animate-spin')} />
      <div className="min-w-0 flex-1">
        <div className="flex flex-wrap items-start gap-x-4 gap-y-1">
          <div className={cx('min-w-0 flex-1 basis-60', isDense && 'flex flex-wrap gap-x-4')}>
            <h3 className={cx('text-sm font-medium', isDense && 'basis-52')}>{title}</h3>
            <Summary check={check} />
          </div>
          <div className="flex shrink-0 items-center gap-2">
            {isFirstBroken && <Badge tone="bad">{doctor.mendFirst}</Badge>}
            {isDense && (state === 'ok' || state === 'skipped') ? (
              <span className="sr-only">{doctor.states[state]}</span>
            ) : (
              <Badge tone={tone}>{doctor.states[state]}</Badge>
            )}
            {action ?? (
              <IconButton
                size="small"
                label={doctor.recheck(title)}
                icon={<RotateCw aria-hidden className="size-icon-small" />}
                disabled={isMoving}
                focusableWhenDisabled
                onClick={onRecheck}
              />
            )}
          </div>
        </div>
        {remedy !== null && (
          <p className="mt-1.5 text-sm wrap-anywhere">
            <span className="font-medium">{doctor.toDo}</span> {remedy}
          </p>
        )}
        <Details check={check} />
      </div>
    </li>
  );
}

/** One line: what is wrong, or else the first thing that was seen. */
function Summary({ check }: { check: Check }) {
  const { doctor } = words;
  const { state, brokenBy } = check;
  if (state === 'checking') return <p className="text-sm text-ink-soft">{doctor.looking}</p>;
  if (brokenBy !== null) return <p className="text-sm text-ink-soft">{doctor.waitsFor(doctor.titles[brokenBy])}</p>;
  return <p className={cx('text-sm wrap-anywhere', check.failure === null && 'text-ink-soft')}>{summaryOf(check)}</p>;
}

function summaryOf(check: Check): string | undefined {
  const { problem, seen } = checkWords(check);
  return problem ?? seen[0]?.text;
}

function Details({ check }: { check: Check }) {
  const { doctor } = words;
  const { id, state, evidence, failure, against, checkedAt, tookMs } = check;
  const said = summaryOf(check);
  if (state === 'checking' || (evidence.length === 0 && failure === null)) return null;
  return (
    <div className="mt-0.5">
      <Disclosure
        label={
          <>
            {doctor.details}
            <span className="sr-only">{doctor.titles[id]}</span>
          </>
        }
      >
        <ul className="mt-1 flex flex-col gap-1.5 rounded-md bg-sunken px-3 py-2 text-xs">
          {evidence
            .filter(({ text, source }) => text !== said || source !== null)
            .map(({ text, source }, index) => (
              // The same words may come from two places, and never in another order.
              // oxlint-disable-next-line react/no-array-index-key -- a list that is drawn anew as a whole
              <li key={index} className="wrap-anywhere">
                {text !== said && <span className="block">{text}</span>}
                {source !== null && <span className="block text-ink-soft">{doctor.source(source)}</span>}
              </li>
            ))}
          {failure !== null && <li className="text-ink-soft">{doctor.code(failure.code)}</li>}
          {against !== null && <li className="text-ink-soft">{doctor.against(against)}</li>}
          {checkedAt !== null && tookMs !== null && (
            <li className="text-ink-soft">
              <When at={checkedAt} /> · {doctor.took(tookMs)}
            </li>
          )}
        </ul>
      </Disclosure>
    </div>
  );
}
