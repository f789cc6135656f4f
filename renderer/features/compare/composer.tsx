import SendHorizontal from 'lucide-react/icons/send-horizontal';
import Square from 'lucide-react/icons/square';
import { type RefObject, useCallback } from 'react';
import { useApi } from '../../api.tsx';
import { usePageAction } from '../../app/page-actions.ts';
import { useAction } from '../../hooks/use-action.ts';
import { Button } from '../../ui/button.tsx';
import { words } from '../../words.ts';
import { useCompareView } from './view-store.ts';

interface ComposerProps {
  field: RefObject<HTMLTextAreaElement | null>;
  comparisonId: string;
  isRunning: boolean;
  /** Why nothing can be sent. */
  problem: string | null;
  /** What one should know before. */
  hint: string | null;
  onSent: () => void;
}

/** One box for all columns. */
export function Composer({ field, comparisonId, isRunning, problem, hint, onSent }: ComposerProps) {
  const api = useApi();
  const text = useCompareView((store) => store.drafts[comparisonId] ?? '');
  const setDraft = useCompareView((store) => store.setDraft);
  const send = useAction((prompt: string) => api.compare.send({ comparisonId, prompt }), {
    onDone: () => {
      setDraft(comparisonId, '');
      onSent();
    },
  });
  const { run: runStop, isRunning: isStopping } = useAction(() => api.compare.stop({ comparisonId }));
  const stop = useCallback(() => runStop(undefined), [runStop]);
  usePageAction('stop', isRunning ? stop : null);
  const canSend = text.trim() !== '' && problem === null && !isRunning && !send.isRunning;
  const submit = () => canSend && send.run(text);
  return (
    <form
      className="flex flex-col gap-1 snug:gap-0.5"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div className="flex items-end gap-2 rounded-xl border border-line-strong bg-surface p-2 snug:p-1 focus-within:outline-2 focus-within:outline-accent">
        <textarea
          ref={field}
          aria-label={words.compare.composer.label}
          placeholder={words.compare.composer.placeholder}
          rows={1}
          value={text}
          onChange={(event) => setDraft(comparisonId, event.currentTarget.value)}
          onKeyDown={(event) => {
            // Enter also ends the composition of a character (Japanese, Chinese): then it must not send.
            if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
            event.preventDefault();
            submit();
          }}
          className="field-sizing-content max-h-40 min-h-9 min-w-0 flex-1 resize-none bg-transparent px-2 py-1.5 text-base outline-none placeholder:text-ink-soft"
        />
        {isRunning ? (
          <Button
            title={words.compare.composer.stopHint}
            icon={<Square aria-hidden className="size-icon" />}
            isBusy={isStopping}
            onClick={stop}
          >
            {words.compare.composer.stop}
          </Button>
        ) : (
          <Button
            variant="primary"
            type="submit"
            disabled={!canSend}
            isBusy={send.isRunning}
            icon={<SendHorizontal aria-hidden className="size-icon" />}
          >
            {words.compare.composer.send}
          </Button>
        )}
      </div>
      <output className="block min-h-4 text-xs text-ink-soft">{problem ?? hint}</output>
    </form>
  );
}
