import { useState } from 'react';
import type { Conversation } from '../../../shared/contract/chat.ts';
import { useApi } from '../../api.tsx';
import { ErrorCard } from '../../app/error-card.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field, FieldInput } from '../../ui/field.tsx';
import { words } from '../../words.ts';

export function RenameConversationDialog({
  conversation,
  onClose,
}: {
  conversation: Conversation;
  onClose: () => void;
}) {
  const api = useApi();
  const [title, setTitle] = useState(conversation.title);
  const rename = useAction((text: string) => api.chat.rename({ conversationId: conversation.id, title: text }), {
    isFailureShown: true,
    onDone: onClose,
  });
  const trimmed = title.trim();
  return (
    <Dialog
      isOpen
      onClose={onClose}
      onSubmit={() => {
        if (trimmed !== '') rename.run(trimmed);
      }}
      title={words.chat.renameTitle}
      actions={
        <>
          <Button onClick={onClose}>{words.common.cancel}</Button>
          <Button variant="primary" type="submit" disabled={trimmed === ''} isBusy={rename.isRunning}>
            {words.common.save}
          </Button>
        </>
      }
    >
      <Field label={words.chat.renameLabel}>
        <FieldInput maxLength={200} value={title} onChange={(event) => setTitle(event.currentTarget.value)} />
      </Field>
      {rename.failure !== null && <ErrorCard failure={rename.failure} />}
    </Dialog>
  );
}
