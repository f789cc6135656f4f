import CornerDownRight from 'lucide-react/icons/corner-down-right';
import { Button } from '../../ui/button.tsx';
import { words } from '../../words.ts';
import type { Waiting } from './drafts.ts';

interface WaitingMessageProps {
  waiting: Waiting;
  /** The answer before it has ended, and not as it should: it waits for a word. */
  isHeld: boolean;
  canSend: boolean;
  onSend: () => void;
  onTakeBack: () => void;
}

/** What goes out next. */
export function WaitingMessage({ waiting, isHeld, canSend, onSend, onTakeBack }: WaitingMessageProps) {
  const names = waiting.attachments.map(({ attachment }) => attachment.name);
  return (
    <section
      aria-label={words.asking.queued}
      className="flex items-center gap-2 rounded-md border border-line bg-sunken px-3 py-1.5 text-sm"
    >
      <CornerDownRight aria-hidden className="size-icon shrink-0 text-ink-soft" />
      <span className="min-w-0 flex-1">
        <span className="block truncate">{[waiting.text, ...names].filter((part) => part !== '').join(' · ')}</span>
        <span className="block text-xs text-ink-soft">
          {isHeld ? words.asking.queuedWaits : words.asking.queuedHint}
        </span>
      </span>
      {isHeld && (
        <Button size="small" disabled={!canSend} onClick={onSend}>
          {words.asking.sendNow}
        </Button>
      )}
      <Button size="small" variant="quiet" onClick={onTakeBack}>
        {words.asking.takeBack}
      </Button>
    </section>
  );
}
