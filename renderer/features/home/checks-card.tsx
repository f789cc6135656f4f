import CircleCheck from 'lucide-react/icons/circle-check';
import CircleDashed from 'lucide-react/icons/circle-dashed';
import CircleHelp from 'lucide-react/icons/circle-question-mark';
import CircleX from 'lucide-react/icons/circle-x';
import LoaderCircle from 'lucide-react/icons/loader-circle';
import TriangleAlert from 'lucide-react/icons/triangle-alert';
import type { ComponentType, ReactNode } from 'react';
import { useApi } from '../../api.tsx';
import { useDialogs } from '../../app/dialogs.ts';
import { useAction } from '../../hooks/use-action.ts';
import { toHash } from '../../router.ts';
import { Badge, type Tone } from '../../ui/badge.tsx';
import { Button, buttonClass } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { cx } from '../../ui/cx.ts';
import { Disclosure } from '../../ui/disclosure.tsx';
import { words } from '../../words.ts';
import type { Check, CheckState } from './checks.ts';

const looks: Record<
  CheckState,
  { tone: Tone; icon: ComponentType<{ className?: string; 'aria-hidden'?: boolean }>; isMoving?: boolean }
> = {
  pending: { tone: 'busy', icon: LoaderCircle, isMoving: true },
  good: { tone: 'good', icon: CircleCheck },
  warn: { tone: 'warn', icon: TriangleAlert },
  bad: { tone: 'bad', icon: CircleX },
  unknown: { tone: 'idle', icon: CircleHelp },
  'not-needed': { tone: 'idle', icon: CircleDashed },
};

interface ChecksCardProps {
  checks: readonly Check[];
  /** Folded into a line while nothing needs attention. */
  isFolded: boolean;
}

/** What this machine brings, each with what was seen and what would mend it. */
export function ChecksCard({ checks, isFolded }: ChecksCardProps) {
  const api = useApi();
  const recheck = useAction(() => api.engine.recheck({}));
  const wrong = checks.filter((check) => check.state === 'bad' || check.state === 'warn').length;
  const isPending = checks.some((check) => check.state === 'pending');
  const list = (
    <ul className="divide-y divide-line">
      {checks.map((check) => (
        <CheckRow key={check.id} check={check} />
      ))}
    </ul>
  );
  const isPartial = checks.some((check) => check.state === 'unknown');
  const summary = isPending
    ? words.home.checking
    : wrong > 0
      ? words.home.checksFound(wrong)
      : isPartial
        ? words.home.checksPartial
        : words.home.checksGood;
  return (
    <Card
      title={words.home.checks}
      description={summary}
      actions={
        <div className="flex flex-wrap gap-2">
          <a href={toHash({ page: 'hardware', tab: 'checks' })} className={buttonClass('quiet', 'small')}>
            {words.doctor.openChecks}
          </a>
          <Button size="small" isBusy={recheck.isRunning} onClick={() => recheck.run(undefined)}>
            {words.home.recheck}
          </Button>
        </div>
      }
    >
      {isFolded && wrong === 0 ? <Disclosure label={words.home.whatWasChecked}>{list}</Disclosure> : list}
    </Card>
  );
}

function CheckRow({ check: { id, state, evidence, fix } }: { check: Check }) {
  const { tone, icon: Icon, isMoving = false } = looks[state];
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-1 py-2.5">
      <div className="min-w-0 flex-1 basis-60">
        <h3 className="text-sm font-medium">{words.home.checkNames[id]}</h3>
        <p className="text-sm wrap-anywhere text-ink-soft">{evidence}</p>
        {fix !== null && <p className="mt-1 text-sm break-words">{fix}</p>}
        {id === 'key' && (state === 'bad' || state === 'warn') && (
          <FixAction>
            <SignInButton />
          </FixAction>
        )}
      </div>
      <Badge tone={tone} icon={<Icon aria-hidden className={cx('size-icon-small', isMoving && 'animate-spin')} />}>
        {words.home.checkStates[state]}
      </Badge>
    </li>
  );
}

const FixAction = ({ children }: { children: ReactNode }) => <div className="mt-2">{children}</div>;

function SignInButton() {
  const openSignIn = useDialogs((dialogs) => dialogs.openSignIn);
  return (
    <Button size="small" onClick={() => openSignIn()}>
      {words.common.signIn}
    </Button>
  );
}
