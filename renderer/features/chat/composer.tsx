import SendHorizontal from 'lucide-react/icons/send-horizontal';
import Square from 'lucide-react/icons/square';
import { useCallback, useEffect, useRef } from 'react';
import { usePageAction } from '../../app/page-actions.ts';
import { Button } from '../../ui/button.tsx';
import { words } from '../../words.ts';
import { useDrafts } from './drafts.ts';

interface ComposerProps {
  draftKey: string;
  /** Why nothing can be sent. */
  problem: string | null;
  isSending: boolean;
  /** Of the answer under way. */
  openTurnId: string | null;
  onSend: (text: string) => void;
  onStop: (turnId: string) => void;
}

export function Composer({ draftKey, problem, isSending, openTurnId, onSend, onStop }: ComposerProps) {
  const text = useDrafts((store) => store.texts[draftKey] ?? '');
  const setText = useDrafts((store) => store.setText);
  const field = useRef<HTMLTextAreaElement>(null);
  const canSend = text.trim() !== '' && problem === null && openTurnId === null && !isSending;

  useEffect(() => field.current?.focus(), []);

  // By its key from anywhere on the page, since the focus may be in the text that is being read.
  const stop = useCallback(() => {
    if (openTurnId !== null) onStop(openTurnId);
  }, [openTurnId, onStop]);
  usePageAction('stop', openTurnId === null ? null : stop);

  return (
    <form
      className="mx-auto flex w-full max-w-4xl shrink-0 flex-col gap-1.5 px-gutter pb-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (canSend) onSend(text);
      }}
    >
      <div className="flex items-end gap-2 rounded-xl border border-line-strong bg-surface p-2 focus-within:outline-2 focus-within:outline-accent">
        <textarea
          ref={field}
          aria-label={words.chat.composer}
          placeholder={words.chat.placeholder}
          rows={1}
          value={text}
          onChange={(event) => setText(draftKey, event.currentTarget.value)}
          onKeyDown={(event) => {
            // Enter also ends the composition of a character (Japanese, Chinese): then it must not send.
            if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
            event.preventDefault();
            if (canSend) onSend(text);
          }}
          className="field-sizing-content max-h-60 min-h-9 flex-1 resize-none bg-transparent px-2 py-1.5 text-base outline-none placeholder:text-ink-soft"
        />
        {openTurnId === null ? (
          <Button
            variant="primary"
            type="submit"
            disabled={!canSend}
            isBusy={isSending}
            icon={<SendHorizontal aria-hidden className="size-4" />}
          >
            {words.chat.send}
          </Button>
        ) : (
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
      <output className="block min-h-4 text-xs text-ink-soft">{problem}</output>
    </form>
  );
}
