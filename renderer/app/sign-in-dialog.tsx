import { useRef, useState } from 'react';
import { useApi } from '../api.tsx';
import { useAction } from '../hooks/use-action.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { showToast } from '../ui/toast.tsx';
import { words } from '../words.ts';
import { useDialogs } from './dialogs.ts';
import { ErrorCard } from './error-card.tsx';
import { pageHeading } from './focus-heading.ts';
import { KeyField } from './key-field.tsx';

/** Opened where something needs a key; afterwards that is tried again. */
export function SignInDialog() {
  const dialog = useDialogs((dialogs) => dialogs.dialog);
  const close = useDialogs((dialogs) => dialogs.close);
  if (dialog?.kind !== 'sign-in') return null;
  return <OpenSignIn afterwards={dialog.afterwards} onClose={close} />;
}

function OpenSignIn({ afterwards, onClose }: { afterwards: (() => void) | null; onClose: () => void }) {
  const api = useApi();
  const [key, setKey] = useState('');
  const isSignedIn = useRef(false);
  const signIn = useAction((typed: string) => api.ngc.signIn({ key: typed }), {
    isFailureShown: true,
    onDone: () => {
      isSignedIn.current = true;
      onClose();
      showToast({ title: afterwards === null ? words.signIn.done : words.signIn.thenRetry, tone: 'good' });
      afterwards?.();
    },
  });
  return (
    <Dialog
      isOpen
      onClose={onClose}
      // What is tried again goes, with the button that asked for the key.
      finalFocus={() => (isSignedIn.current && afterwards !== null ? (pageHeading() ?? true) : true)}
      onSubmit={() => {
        if (key.trim() !== '') signIn.run(key);
      }}
      title={words.signIn.title}
      description={words.signIn.description}
      actions={
        <>
          <Button onClick={onClose}>{words.common.cancel}</Button>
          <Button variant="primary" type="submit" isBusy={signIn.isRunning} disabled={key.trim() === ''}>
            {words.signIn.submit}
          </Button>
        </>
      }
    >
      <KeyField value={key} onChange={setKey} />
      {signIn.failure !== null && <ErrorCard failure={signIn.failure} offersSignIn={false} />}
    </Dialog>
  );
}
