import Paperclip from 'lucide-react/icons/paperclip';
import SendHorizontal from 'lucide-react/icons/send-horizontal';
import Square from 'lucide-react/icons/square';
import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import { usePageAction } from '../../app/page-actions.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { cx } from '../../ui/cx.ts';
import { words } from '../../words.ts';
import { isPicture, mostAttachments, readFile, type DraftAttachment } from './attach.ts';
import { AttachmentList } from './attachment-list.tsx';
import { draftActions, useDrafts, type Waiting } from './drafts.ts';

interface ComposerProps {
  draftKey: string;
  /** Why nothing can be sent. */
  problem: string | null;
  /** Why no picture can be; null: it may be tried. */
  pictureProblem: string | null;
  /** What can be done about a problem, and where the words go. */
  children?: ReactNode;
  isSending: boolean;
  /** Of the answer under way. */
  openTurnId: string | null;
  /** Goes out at once, or waits while an answer is under way. */
  onSend: (message: Waiting) => void;
  /** Another message waits already. */
  isQueueFull: boolean;
  onStop: (turnId: string) => void;
}

const noAttachments: readonly DraftAttachment[] = [];

export function Composer(props: ComposerProps) {
  const { draftKey, problem, pictureProblem, children, isSending, openTurnId, onSend, isQueueFull, onStop } = props;
  const text = useDrafts((store) => store.texts[draftKey] ?? '');
  const attachments = useDrafts((store) => store.attachments[draftKey] ?? noAttachments);
  const { setText, attach, detach } = draftActions;
  const [fileProblem, setFileProblem] = useState<string | null>(null);
  const [isOver, setOver] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const chooser = useRef<HTMLInputElement>(null);
  const refusal = attachments.some(isPicture) ? pictureProblem : null;
  const isEmpty = text.trim() === '' && attachments.length === 0;
  const canSend =
    !isEmpty && problem === null && refusal === null && !isSending && !(openTurnId !== null && isQueueFull);

  useEffect(() => field.current?.focus(), []);

  // By its key from anywhere on the page, since the focus may be in the text that is being read.
  const stop = useCallback(() => {
    if (openTurnId !== null) onStop(openTurnId);
  }, [openTurnId, onStop]);
  usePageAction('stop', openTurnId === null ? null : stop);

  const send = () => {
    if (canSend) onSend({ text, attachments });
  };

  async function take(files: readonly File[]) {
    setFileProblem(null);
    if (attachments.length + files.length > mostAttachments) {
      setFileProblem(words.asking.refusals.tooMany);
      return;
    }
    const read = await Promise.all(files.map((file) => readFile(file)));
    attach(
      draftKey,
      read.flatMap((each) => ('problem' in each ? [] : [each])),
    );
    setFileProblem(read.flatMap((each) => ('problem' in each ? [each.problem] : []))[0] ?? null);
  }

  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- files are dropped; the button does the same
    <form
      className="mx-auto flex w-full max-w-4xl shrink-0 flex-col gap-1.5 px-gutter pt-1 pb-4 low:pb-2"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes('Files')) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        setOver(false);
        if (event.dataTransfer.files.length === 0) return;
        event.preventDefault();
        void take([...event.dataTransfer.files]);
      }}
    >
      {children}
      <div
        className={cx(
          'flex flex-col gap-2 rounded-xl border bg-surface p-2 low:p-1 focus-within:outline-2 focus-within:outline-accent',
          isOver ? 'border-accent bg-accent-soft' : 'border-line-strong',
        )}
      >
        <AttachmentList attachments={attachments} onDetach={(each) => detach(draftKey, each)} />
        <div className="flex items-end gap-2">
          <IconButton
            label={words.asking.attach}
            icon={<Paperclip aria-hidden className="size-icon" />}
            onClick={() => chooser.current?.click()}
          />
          <input
            ref={chooser}
            type="file"
            multiple
            hidden
            aria-label={words.asking.attach}
            onChange={(event) => {
              const files = [...(event.currentTarget.files ?? [])];
              // The same file can be chosen again.
              event.currentTarget.value = '';
              void take(files);
            }}
          />
          <textarea
            ref={field}
            aria-label={words.chat.composer}
            placeholder={isOver ? words.asking.dropHere : words.chat.placeholder}
            rows={1}
            value={text}
            onChange={(event) => setText(draftKey, event.currentTarget.value)}
            onPaste={(event) => {
              const files = [...event.clipboardData.files];
              // A table or a page of text brings a picture of itself along: what was meant is the text.
              if (files.length === 0 || event.clipboardData.types.includes('text/plain')) return;
              event.preventDefault();
              void take(files);
            }}
            onKeyDown={(event) => {
              // Enter also ends the composition of a character (Japanese, Chinese): then it must not send.
              if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
              event.preventDefault();
              send();
            }}
            className="field-sizing-content max-h-60 min-h-9 min-w-0 flex-1 resize-none bg-transparent px-2 py-1.5 text-base outline-none placeholder:truncate placeholder:text-ink-soft low:max-h-[25dvh]"
          />
          {(openTurnId === null || !isEmpty) && (
            <Button
              variant="primary"
              type="submit"
              disabled={!canSend}
              isBusy={isSending}
              icon={<SendHorizontal aria-hidden className="size-4" />}
            >
              {openTurnId === null ? words.chat.send : words.asking.queue}
            </Button>
          )}
          {openTurnId !== null && (
            <Button
              title={words.chat.stopHint}
              icon={<Square aria-hidden className="size-4" />}
              onClick={() => {
                onStop(openTurnId);
                // This button goes away with the answer's end.
                field.current?.focus();
              }}
            >
              {words.chat.stop}
            </Button>
          )}
        </div>
      </div>
      <output className="block min-h-4 text-xs text-ink-soft low:empty:hidden">
        {problem ?? refusal ?? fileProblem}
      </output>
    </form>
  );
}
