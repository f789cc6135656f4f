import ArrowRight from 'lucide-react/icons/arrow-right';
import type { ReactNode } from 'react';
import { useApi } from '../../api.tsx';
import { useDialogs } from '../../app/dialogs.ts';
import { shortName } from '../../app/image-reference.ts';
import { useAction } from '../../hooks/use-action.ts';
import { toHash } from '../../router.ts';
import { Button, buttonClass } from '../../ui/button.tsx';
import { words } from '../../words.ts';
import type { NextStep } from './next-step.ts';

/** One step, in large: whoever is new must not choose among ten. */
export function NextStepCard({ step }: { step: NextStep }) {
  const { title, hint } = words.home.steps[step.kind];
  return (
    <section
      aria-label={words.home.nextStep}
      className="flex flex-wrap items-center gap-x-8 gap-y-4 rounded-xl border border-accent/40 bg-accent-soft p-6"
    >
      <div className="min-w-0 flex-1 basis-72">
        <p className="text-xs font-semibold text-accent">{words.home.nextStep}</p>
        <h2 className="text-lg font-semibold">{title}</h2>
        <p className="max-w-text text-sm text-ink-soft">{hint}</p>
      </div>
      <StepAction step={step} />
    </section>
  );
}

function StepAction({ step }: { step: NextStep }) {
  const api = useApi();
  const recheck = useAction(() => api.engine.recheck({}));
  const openRun = useDialogs((dialogs) => dialogs.openRun);
  const openSignIn = useDialogs((dialogs) => dialogs.openSignIn);
  const setTrayOpen = useDialogs((dialogs) => dialogs.setTrayOpen);
  const { steps } = words.home;
  switch (step.kind) {
    case 'mend-engine':
      return (
        <Button variant="primary" isBusy={recheck.isRunning} onClick={() => recheck.run(undefined)}>
          {steps['mend-engine'].action}
        </Button>
      );
    case 'sign-in':
      return (
        <Button variant="primary" onClick={() => openSignIn()}>
          {words.common.signIn}
        </Button>
      );
    case 'mend-gpu':
    case 'choose-model':
      return <StepLink href={toHash({ page: 'models' })}>{steps[step.kind].action}</StepLink>;
    case 'run-image':
      return (
        <Button variant="primary" onClick={() => openRun(step.reference)}>
          {steps['run-image'].action(shortName(step.reference))}
        </Button>
      );
    case 'watch-job':
      return (
        <Button variant="primary" onClick={() => setTrayOpen(true)}>
          {steps['watch-job'].action}
        </Button>
      );
    case 'watch-start':
      return (
        <StepLink href={toHash({ page: 'nim', nimId: step.nim.id, tab: 'overview' })}>
          {steps['watch-start'].action(step.nim.name)}
        </StepLink>
      );
    case 'chat':
      return (
        <StepLink href={toHash({ page: 'chat', conversationId: null, nimId: step.nim.id })}>
          {steps.chat.action(step.nim.name)}
        </StepLink>
      );
    default:
      return step satisfies never;
  }
}

function StepLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <a href={href} className={buttonClass('primary')}>
      {children}
      <ArrowRight aria-hidden className="size-icon" />
    </a>
  );
}
