import { Collapsible } from '@base-ui/react/collapsible';
import Brain from 'lucide-react/icons/brain';
import ChevronRight from 'lucide-react/icons/chevron-right';
import RotateCw from 'lucide-react/icons/rotate-cw';
import { memo, use } from 'react';
import type { ShownMessage } from '../../../shared/contract/chat-history.ts';
import type { AnswerTiming } from '../../../shared/contract/chat.ts';
import { ErrorCard } from '../../app/error-card.tsx';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Markdown } from '../../markdown/markdown.tsx';
import { words } from '../../words.ts';
import { AskAgainContext } from './ask-again.ts';
import { Stall, Waiting } from './stall.tsx';
import { isUnderWay, type AnswerSoFar } from './turns.ts';
import { useTurn } from './use-turn.ts';
import { VersionWalker } from './version-walker.tsx';

/** What was measured in core; only what is known. */
export function timingFacts(timing: AnswerTiming): string[] {
  const { ttftMs, tokensPerSecond, completionTokens, promptTokens } = timing;
  return [
    ttftMs === null ? '' : words.chat.ttft(ttftMs),
    tokensPerSecond === null ? '' : words.chat.tokensPerSecond(tokensPerSecond),
    completionTokens === null ? '' : words.chat.tokens(completionTokens),
    promptTokens === null ? '' : words.chat.promptTokens(promptTokens),
  ].filter((fact) => fact !== '');
}

export const AnswerMessage = memo(function AnswerMessage({ message }: { message: ShownMessage }) {
  const turn = useTurn(message);
  const askAgain = use(AskAgainContext);
  if (turn === null) return null;
  const isGrowing = isUnderWay(turn.state);
  return (
    <article aria-label={words.chat.answer} aria-busy={isGrowing} className="flex min-w-0 flex-col gap-2">
      <h2 className="sr-only">{words.chat.answer}</h2>
      {turn.reasoning !== '' && <Reasoning text={turn.reasoning} isGrowing={isGrowing && turn.text === ''} />}
      {turn.text !== '' && <Markdown text={turn.text} isOpen={isGrowing} />}
      {isGrowing && turn.text === '' && turn.reasoning === '' && <Waiting since={turn.changedAt} />}
      {isGrowing && turn.text + turn.reasoning !== '' && turn.changedAt !== null && <Stall since={turn.changedAt} />}
      {turn.failure !== null && <ErrorCard failure={turn.failure} />}
      {askAgain?.messageId === message.id && !isGrowing && (
        <div>
          <Button
            size="small"
            icon={<RotateCw aria-hidden className="size-3.5" />}
            isBusy={askAgain.isAsking}
            onClick={askAgain.onAsk}
          >
            {words.chat.askAgain}
          </Button>
        </div>
      )}
      <Footer turn={turn} message={message} />
      {/* Said once at the end: word by word it could not be listened to. */}
      <output className="sr-only">{isGrowing ? '' : announcement(turn)}</output>
    </article>
  );
});

function announcement(turn: AnswerSoFar): string {
  return turn.state === 'done' ? words.chat.announceDone : words.chat.announceEnded(words.chat.states[turn.state]);
}

function Footer({ turn, message }: { turn: AnswerSoFar; message: ShownMessage }) {
  const isGrowing = isUnderWay(turn.state);
  const notes = [
    turn.model ?? '',
    ...timingFacts(turn.timing),
    turn.finishReason === 'length' ? words.chat.cutByLength : '',
    turn.state === 'stopped' || turn.state === 'interrupted' ? words.chat.states[turn.state] : '',
  ].filter((note) => note !== '');
  return (
    <footer className="flex min-h-7 flex-wrap items-center gap-x-3 text-xs text-ink-soft tabular-nums">
      {!isGrowing && <VersionWalker message={message} />}
      {turn.text !== '' && !isGrowing && <CopyButton text={turn.text} label={words.chat.copyAnswer} />}
      {notes.map((note) => (
        <span key={note}>{note}</span>
      ))}
    </footer>
  );
}

function Reasoning({ text, isGrowing }: { text: string; isGrowing: boolean }) {
  return (
    <Collapsible.Root className="rounded-lg border border-line">
      <Collapsible.Trigger className="group flex w-full items-center gap-2 rounded-lg px-3 py-1.5 text-sm text-ink-soft hover:text-ink">
        <Brain aria-hidden className="size-4" />
        {isGrowing ? words.chat.reasoningNow : words.chat.reasoning}
        <ChevronRight aria-hidden className="ml-auto size-4 transition-transform group-data-panel-open:rotate-90" />
      </Collapsible.Trigger>
      <Collapsible.Panel className="border-t border-line px-3 py-2 text-sm break-words whitespace-pre-wrap text-ink-soft">
        {text}
      </Collapsible.Panel>
    </Collapsible.Root>
  );
}
