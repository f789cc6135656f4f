import { useState } from 'react';
import type { ChatFolder, ConversationEntry } from '../../../shared/contract/chat-history.ts';
import { useApi } from '../../api.tsx';
import { ErrorCard } from '../../app/error-card.tsx';
import { useAction } from '../../hooks/use-action.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { RadioGroup } from '../../ui/radio.tsx';
import { words } from '../../words.ts';

interface MoveDialogProps {
  conversation: ConversationEntry;
  folders: readonly ChatFolder[];
  onClose: () => void;
}

const none = 'none';

export function MoveDialog({ conversation, folders, onClose }: MoveDialogProps) {
  const api = useApi();
  const isThere = folders.some(({ id }) => id === conversation.folderId);
  const [chosen, setChosen] = useState(isThere ? (conversation.folderId ?? none) : none);
  const move = useAction(
    (to: string) => api.chat.moveToFolder({ conversationId: conversation.id, folderId: to === none ? null : to }),
    { isFailureShown: true, onDone: onClose },
  );
  return (
    <Dialog
      isOpen
      onClose={onClose}
      onSubmit={() => move.run(chosen)}
      title={words.chat.moveTitle(conversation.title)}
      actions={
        <>
          <Button onClick={onClose}>{words.common.cancel}</Button>
          <Button variant="primary" type="submit" isBusy={move.isRunning}>
            {words.chat.moveHere}
          </Button>
        </>
      }
    >
      <RadioGroup
        label={words.chat.folder}
        value={chosen}
        onChange={setChosen}
        options={[
          { value: none, label: words.chat.noFolder },
          ...folders.map(({ id, name }) => ({ value: id, label: name })),
        ]}
      />
      {move.failure !== null && <ErrorCard failure={move.failure} />}
    </Dialog>
  );
}
