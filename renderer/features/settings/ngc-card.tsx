import CircleCheck from 'lucide-react/icons/circle-check';
import CircleHelp from 'lucide-react/icons/circle-question-mark';
import CircleX from 'lucide-react/icons/circle-x';
import KeyRound from 'lucide-react/icons/key-round';
import { useRef, useState, type ComponentType } from 'react';
import type { NgcStatus } from '../../../shared/contract/ngc.ts';
import { useApi } from '../../api.tsx';
import { ErrorCard } from '../../app/error-card.tsx';
import { focusPage } from '../../app/focus-heading.ts';
import { KeyField } from '../../app/key-field.tsx';
import { When } from '../../app/when.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { useStream } from '../../hooks/use-stream.ts';
import { streams } from '../../query.ts';
import { Badge, type Tone } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { showToast } from '../../ui/toast.tsx';
import { words } from '../../words.ts';

const looks: Record<NgcStatus['state'], { tone: Tone; icon: ComponentType<{ className?: string }> }> = {
  'signed-in': { tone: 'good', icon: CircleCheck },
  'signed-out': { tone: 'idle', icon: KeyRound },
  rejected: { tone: 'bad', icon: CircleX },
  unchecked: { tone: 'warn', icon: CircleHelp },
};

export function NgcCard() {
  const { data: status, failure } = useStream(streams.ngc);
  return (
    <Card title={words.settings.sections.key} description={words.settings.ngcHint}>
      {failure !== null && <ErrorCard failure={failure} />}
      {status === undefined ? failure === null && <Skeleton className="h-24" /> : <NgcStatusView status={status} />}
    </Card>
  );
}

function NgcStatusView({ status }: { status: NgcStatus }) {
  const api = useApi();
  const check = useAction(() => api.ngc.check({}));
  const [isLeaving, setLeaving] = useState(false);
  const { tone, icon: Icon } = looks[status.state];
  const hasKey = status.keyHint !== null;
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2 text-sm">
        <Badge tone={tone} icon={<Icon aria-hidden className="size-3.5" />}>
          {words.settings.states[status.state]}
        </Badge>
        {status.keyHint !== null && <span>{words.settings.keyEnding(status.keyHint)}</span>}
        {hasKey && (
          <span className="text-ink-soft">
            {words.settings.checked} <When at={status.checkedAt} />
          </span>
        )}
        {hasKey && (
          <span className="ml-auto flex gap-2">
            <Button size="small" isBusy={check.isRunning} onClick={() => check.run(undefined)}>
              {words.settings.check}
            </Button>
            <Button size="small" onClick={() => setLeaving(true)}>
              {words.settings.signOut}
            </Button>
          </span>
        )}
      </div>
      {status.storage !== null && hasKey && (
        <p className="text-sm text-ink-soft">{words.settings.keptIn[status.storage]}</p>
      )}
      {status.failure !== null && (
        <ErrorCard
          failure={status.failure}
          isRetrying={check.isRunning}
          onRetry={hasKey ? undefined : () => check.run(undefined)}
        />
      )}
      {status.state !== 'signed-in' && <SignInForm />}
      {isLeaving && <SignOutDialog onClose={() => setLeaving(false)} />}
    </>
  );
}

function SignInForm() {
  const api = useApi();
  const [key, setKey] = useState('');
  const form = useRef<HTMLFormElement>(null);
  const signIn = useAction((typed: string) => api.ngc.signIn({ key: typed }), {
    isFailureShown: true,
    onDone: () => {
      setKey('');
      showToast({ title: words.signIn.done, tone: 'good' });
      // The form goes, and what had the focus with it.
      const { activeElement, body } = document;
      if (activeElement === body || form.current?.contains(activeElement) === true) focusPage();
    },
  });
  return (
    <form
      ref={form}
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (key.trim() !== '') signIn.run(key);
      }}
    >
      <KeyField value={key} onChange={setKey} />
      {signIn.failure !== null && <ErrorCard failure={signIn.failure} />}
      <div>
        <Button variant="primary" type="submit" disabled={key.trim() === ''} isBusy={signIn.isRunning}>
          {words.signIn.submit}
        </Button>
      </div>
    </form>
  );
}

function SignOutDialog({ onClose }: { onClose: () => void }) {
  const api = useApi();
  const signOut = useAction(() => api.ngc.signOut({}), {
    onDone: () => {
      onClose();
      showToast({ title: words.settings.signedOut });
    },
  });
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={words.settings.signOutTitle}
      confirmLabel={words.settings.signOut}
      keepLabel={words.settings.signOutKeep}
      onConfirm={() => signOut.run(undefined)}
      isBusy={signOut.isRunning}
    >
      {words.settings.signOutCost}
    </ConfirmDialog>
  );
}
