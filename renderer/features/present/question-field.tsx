import SendHorizontal from 'lucide-react/icons/send-horizontal';
import Square from 'lucide-react/icons/square';
import { Button } from '../../ui/button.tsx';
import { words } from '../../words.ts';

interface QuestionFieldProps {
  text: string;
  onText: (text: string) => void;
  isDisabled: boolean;
  isAnswering: boolean;
  onAsk: (text: string) => void;
  onStop: () => void;
}

/** For what the audience asks. It does not take the focus by itself: the keys 1 to 9 must go to the prompts. */
export function QuestionField({ text, onText, isDisabled, isAnswering, onAsk, onStop }: QuestionFieldProps) {
  const { present } = words;
  const canAsk = text.trim() !== '' && !isDisabled;
  function ask() {
    if (!canAsk) return;
    onAsk(text);
    onText('');
  }
  return (
    <form
      className="flex items-end gap-2 rounded-xl border border-line-strong bg-surface p-2 focus-within:outline-2 focus-within:outline-accent"
      onSubmit={(event) => {
        event.preventDefault();
        ask();
      }}
    >
      <textarea
        aria-label={present.composer}
        placeholder={present.placeholder}
        rows={1}
        value={text}
        onChange={(event) => onText(event.currentTarget.value)}
        onKeyDown={(event) => {
          // Enter also ends the composition of a character (Japanese, Chinese): then it must not send.
          if (event.nativeEvent.isComposing) return;
          if (event.key === 'Enter' && !event.shiftKey) {
            event.preventDefault();
            ask();
            // Back to the keys; what could not be sent is still being written.
            if (canAsk) event.currentTarget.blur();
          }
          if (event.key === 'Escape') {
            // First out of the field, so that the keys are the prompts' again; a second Esc leaves.
            event.preventDefault();
            event.currentTarget.blur();
          }
        }}
        className="field-sizing-content max-h-40 min-h-9 min-w-0 flex-1 resize-none bg-transparent px-2 py-1.5 text-base outline-none placeholder:text-ink-soft"
      />
      {isAnswering ? (
        <Button icon={<Square aria-hidden className="size-icon" />} onClick={onStop}>
          {present.stop}
        </Button>
      ) : (
        <Button
          variant="primary"
          type="submit"
          disabled={!canAsk}
          icon={<SendHorizontal aria-hidden className="size-icon" />}
        >
          {present.send}
        </Button>
      )}
    </form>
  );
}
