import { useState } from 'react';
import { useApi } from '../../api.tsx';
import { useDialogs } from '../../app/dialogs.ts';
import { ErrorCard } from '../../app/error-card.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field, FieldInput } from '../../ui/field.tsx';
import { words } from '../../words.ts';

/** Any image reference by hand: to pull it, or to go on to the choices of a run. */
export function ImageDialog() {
  const dialog = useDialogs((dialogs) => dialogs.dialog);
  const close = useDialogs((dialogs) => dialogs.close);
  if (dialog?.kind !== 'image') return null;
  return <OpenImageDialog typed={dialog.reference} onClose={close} />;
}

function OpenImageDialog({ typed, onClose }: { typed: string; onClose: () => void }) {
  const api = useApi();
  const openRun = useDialogs((dialogs) => dialogs.openRun);
  const setTrayOpen = useDialogs((dialogs) => dialogs.setTrayOpen);
  const [reference, setReference] = useState(typed);
  const trimmed = reference.trim();
  const hasSpaces = /\s/.test(trimmed);
  const isUsable = trimmed !== '' && !hasSpaces;
  const pull = useAction(() => api.images.pull({ reference: trimmed }), {
    isFailureShown: true,
    onDone: () => {
      onClose();
      setTrayOpen(true);
    },
  });
  return (
    <Dialog
      isOpen
      onClose={onClose}
      onSubmit={() => {
        if (isUsable) openRun(trimmed);
      }}
      title={words.models.byHandTitle}
      actions={
        <>
          <Button onClick={onClose}>{words.common.cancel}</Button>
          <Button disabled={!isUsable} isBusy={pull.isRunning} onClick={() => pull.run(undefined)}>
            {words.models.pull}
          </Button>
          <Button variant="primary" type="submit" disabled={!isUsable}>
            {words.models.run}
          </Button>
        </>
      }
    >
      <Field
        label={words.models.byHandLabel}
        hint={words.models.byHandHint}
        error={hasSpaces ? words.deploy.errors.spaces : undefined}
      >
        <FieldInput
          className="font-mono"
          spellCheck={false}
          placeholder={words.models.byHandExample}
          value={reference}
          onChange={(event) => setReference(event.currentTarget.value)}
        />
      </Field>
      {pull.failure !== null && <ErrorCard failure={pull.failure} />}
    </Dialog>
  );
}
