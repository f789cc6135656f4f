import Pencil from 'lucide-react/icons/pencil';
import { memo, useEffect, useRef, useState } from 'react';
import type { ShownMessage } from '../../../shared/contract/chat-history.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Field, FieldTextArea } from '../../ui/field.tsx';
import { words } from '../../words.ts';
import { AttachmentList } from './attachment-list.tsx';
import { canAskNow, useChatActions, useChatState } from './chat-actions.ts';
import { VersionWalker } from './version-walker.tsx';

export const UserMessage = memo(function UserMessage({ message }: { message: ShownMessage }) {
  const { onEdit } = useChatActions();
  const [isEditing, setEditing] = useState(false);
  const pencil = useRef<HTMLButtonElement>(null);
  const wasEditing = useRef(false);
  // The field that had the focus is gone: it goes back to where it came from.
  useEffect(() => {
    if (wasEditing.current && !isEditing && document.activeElement === document.body) pencil.current?.focus();
    wasEditing.current = isEditing;
  }, [isEditing]);
  const attachments = message.extras.attachments.map((attachment) => ({ attachment, resizedFrom: null }));
  return (
    <article aria-label={words.chat.you} className="group flex flex-col items-end gap-1">
      <h2 className="sr-only">{words.chat.you}</h2>
      <AttachmentList attachments={attachments} />
      {isEditing ? (
        <Editor text={message.text} onClose={() => setEditing(false)} onAsk={(text) => onEdit(message, text)} />
      ) : (
        message.text !== '' && (
          <div className="max-w-10/12 rounded-xl rounded-br-sm bg-accent-soft px-4 py-2.5 break-words whitespace-pre-wrap">
            {message.text}
          </div>
        )
      )}
      <span className="flex items-center gap-1">
        <VersionWalker message={message} />
        {!isEditing && (
          <IconButton
            ref={pencil}
            size="small"
            label={words.asking.edit}
            icon={<Pencil aria-hidden className="size-icon" />}
            onClick={() => setEditing(true)}
          />
        )}
        <CopyButton text={message.text} label={words.chat.copyMessage} />
      </span>
    </article>
  );
});

interface EditorProps {
  text: string;
  onAsk: (text: string) => void;
  onClose: () => void;
}

function Editor({ text: before, onAsk, onClose }: EditorProps) {
  const canAsk = useChatState(canAskNow);
  const [text, setText] = useState(before);
  const ask = () => {
    if (!canAsk || text.trim() === '') return;
    onAsk(text);
    onClose();
  };
  return (
    <form
      className="flex w-10/12 flex-col gap-2 rounded-xl border border-line bg-surface p-3"
      onSubmit={(event) => {
        event.preventDefault();
        ask();
      }}
    >
      <Field label={words.asking.editLabel} hint={words.asking.editHint}>
        <FieldTextArea
          rows={3}
          // oxlint-disable-next-line jsx-a11y/no-autofocus -- it takes the place of the button that was just pressed
          autoFocus
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') {
              // Esc here means this field, not the answer.
              event.stopPropagation();
              onClose();
            }
            if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
            event.preventDefault();
            ask();
          }}
        />
      </Field>
      <div className="flex justify-end gap-2">
        <Button size="small" onClick={onClose}>
          {words.common.cancel}
        </Button>
        <Button size="small" variant="primary" type="submit" disabled={!canAsk || text.trim() === ''}>
          {words.asking.askEdited}
        </Button>
      </div>
    </form>
  );
}
