import { Collapsible } from '@base-ui/react/collapsible';
import Brain from 'lucide-react/icons/brain';
import ChevronRight from 'lucide-react/icons/chevron-right';
import { memo } from 'react';
import type { ShownMessage } from '../../../shared/contract/chat-history.ts';
import { Markdown } from '../../markdown/markdown.tsx';
import { words } from '../../words.ts';
import { AnswerFooter } from './answer-footer.tsx';
import { AnswerFailure, ValidationNote } from './answer-notes.tsx';
import { Stall, Waiting } from './stall.tsx';
import { ToolCalls } from './tool-calls.tsx';
import { isUnderWay, type AnswerSoFar } from './turns.ts';
import { useTurn } from './use-turn.ts';

export const AnswerMessage = memo(function AnswerMessage({ message }: { message: ShownMessage }) {
  const turn = useTurn(message);
  if (turn === null) return null;
  const isGrowing = isUnderWay(turn.state);
  const hasBegun = turn.text !== '' || turn.reasoning !== '' || turn.toolCalls.length > 0;
  return (
    <article aria-label={words.chat.answer} aria-busy={isGrowing} className="flex min-w-0 flex-col gap-2">
      <h2 className="sr-only">{words.chat.answer}</h2>
      {turn.reasoning !== '' && <Reasoning text={turn.reasoning} isGrowing={isGrowing && turn.text === ''} />}
      {turn.text !== '' && <Markdown text={turn.text} isOpen={isGrowing} />}
      <ToolCalls message={message} calls={turn.toolCalls} isOpen={turn.state === 'done'} />
      {isGrowing && !hasBegun && <Waiting since={turn.changedAt} />}
      {isGrowing && hasBegun && turn.changedAt !== null && <Stall since={turn.changedAt} />}
      {turn.validation !== null && <ValidationNote validation={turn.validation} />}
      {turn.failure !== null && <AnswerFailure message={message} failure={turn.failure} />}
      <AnswerFooter turn={turn} message={message} />
      {/* Said once at the end: word by word it could not be listened to. */}
      <output className="sr-only">{isGrowing ? '' : announcement(turn)}</output>
    </article>
  );
});

function announcement(turn: AnswerSoFar): string {
  return turn.state === 'done' ? words.chat.announceDone : words.chat.announceEnded(words.chat.states[turn.state]);
}

function Reasoning({ text, isGrowing }: { text: string; isGrowing: boolean }) {
  return (
    <Collapsible.Root className="rounded-lg border border-line">
      <Collapsible.Trigger className="group flex w-full items-center gap-2 rounded-lg px-3 py-1.5 text-sm text-ink-soft hover:text-ink pointer-coarse:min-h-control">
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
