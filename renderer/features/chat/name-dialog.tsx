import { useState } from 'react';
import { ErrorCard } from '../../app/error-card.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field, FieldInput } from '../../ui/field.tsx';
import { words } from '../../words.ts';

interface NameDialogProps {
  title: string;
  label: string;
  name: string;
  onSave: (name: string) => Promise<unknown>;
  onClose: () => void;
}

/** Asks for the name of a chat or a folder. */
export function NameDialog({ title, label, name, onSave, onClose }: NameDialogProps) {
  const [text, setText] = useState(name);
  const save = useAction(onSave, { isFailureShown: true, onDone: onClose });
  const trimmed = text.trim();
  return (
    <Dialog
      isOpen
      onClose={onClose}
      onSubmit={() => {
        if (trimmed !== '') save.run(trimmed);
      }}
      title={title}
      actions={
        <>
          <Button onClick={onClose}>{words.common.cancel}</Button>
          <Button variant="primary" type="submit" disabled={trimmed === ''} isBusy={save.isRunning}>
            {words.common.save}
          </Button>
        </>
      }
    >
      <Field label={label}>
        <FieldInput maxLength={200} value={text} onChange={(event) => setText(event.currentTarget.value)} />
      </Field>
      {save.failure !== null && <ErrorCard failure={save.failure} />}
    </Dialog>
  );
}
