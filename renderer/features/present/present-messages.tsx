import { type ComponentType, memo, type ReactNode, useLayoutEffect } from 'react';
import type { ShownMessage } from '../../../shared/contract/chat-history.ts';
import type { TurnDelta } from '../../../shared/contract/chat.ts';
import { lateStyle, tailOf } from '../../hooks/late-heights.ts';
import { useEnd } from '../../hooks/use-end.ts';
import { NearnessContext, useLate, useNearness } from '../../hooks/use-late.ts';
import { Markdown } from '../../markdown/markdown.tsx';
import { Button } from '../../ui/button.tsx';
import { words } from '../../words.ts';

/** What is drawn of an answer: no error text, no address, no raw reasoning. */
export type ShownTurn = Pick<TurnDelta, 'text' | 'reasoning' | 'state' | 'timing'>;

export interface TurnProps {
  message: ShownMessage;
  children: (turn: ShownTurn) => ReactNode;
}

interface PresentMessagesProps {
  messages: readonly ShownMessage[];
  /** Follows an answer while it is written. */
  Turn: ComponentType<TurnProps>;
  /** Asks for the last answer again; null: not now. */
  onAgain: (() => void) | null;
}

const nearEndPixels = 80;

export function PresentMessages({ messages, Turn, onAgain }: PresentMessagesProps) {
  const { scroller, content, goToEnd, handlers } = useEnd({ nearPixels: nearEndPixels });
  const nearness = useNearness(scroller);
  const lastId = messages.at(-1)?.id;

  // A question that was sent is what everybody wants to see.
  useLayoutEffect(() => {
    if (lastId !== undefined) goToEnd();
  }, [lastId, goToEnd]);

  const shown = messages.filter(({ role }) => role !== 'tool');
  const tail = tailOf(shown, window.innerHeight);
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- scrolling is watched; there is nothing to press
    <section
      ref={scroller}
      aria-label={words.present.messages}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrollable region must be reachable by keyboard
      tabIndex={0}
      {...handlers}
      className="relative min-h-24 flex-1 overflow-y-auto bg-ground focus-visible:-outline-offset-2"
    >
      <div ref={content} className="mx-auto max-w-form px-gutter py-1">
        <NearnessContext value={nearness}>
          <ol>
            {shown.map((message, index) => (
              <PresentMessage
                key={message.versions[0] ?? message.id}
                message={message}
                isKept={index >= shown.length - tail}
                Turn={Turn}
                onAgain={index === shown.length - 1 ? onAgain : null}
              />
            ))}
          </ol>
        </NearnessContext>
      </div>
    </section>
  );
}

interface PresentMessageProps extends Pick<PresentMessagesProps, 'Turn' | 'onAgain'> {
  message: ShownMessage;
  isKept: boolean;
}

/** Drawn when it comes near to sight; its text before. */
function PresentMessage({ message, isKept, Turn, onAgain }: PresentMessageProps) {
  const { text, role } = message;
  const { place, isDrawn } = useLate<HTMLLIElement>({ weight: text.length, isKept });
  const isQuestion = role === 'user';
  return (
    // Room for what stands out, as a ring does: what is laid out by itself is cut at its edges.
    <li ref={place} className="-mx-2 px-2 py-3" style={lateStyle(text)}>
      {isQuestion && <Question text={text} />}
      {!isQuestion && isDrawn && <Turn message={message}>{(turn) => <Answer turn={turn} onAgain={onAgain} />}</Turn>}
      {!isQuestion && !isDrawn && (
        <article aria-label={words.present.answer} className="text-md wrap-anywhere whitespace-pre-wrap">
          {text}
        </article>
      )}
    </li>
  );
}

const Question = memo(function Question({ text }: { text: string }) {
  return (
    <article aria-label={words.present.question} className="flex justify-end">
      <h2 className="sr-only">{words.present.question}</h2>
      <div className="max-w-10/12 rounded-xl rounded-br-sm bg-accent-soft px-4 py-2.5 text-lg wrap-anywhere whitespace-pre-wrap">
        {text}
      </div>
    </article>
  );
});

function Answer({ turn, onAgain }: { turn: ShownTurn; onAgain: (() => void) | null }) {
  const { present } = words;
  const isGrowing = turn.state === 'waiting' || turn.state === 'streaming';
  const isBroken = turn.state === 'failed' || turn.state === 'interrupted';
  const { ttftMs, tokensPerSecond } = turn.timing;
  return (
    <article aria-label={present.answer} aria-busy={isGrowing} className="flex min-w-0 flex-col gap-2 text-md">
      <h2 className="sr-only">{present.answer}</h2>
      {turn.text !== '' && <Markdown text={turn.text} isOpen={isGrowing} />}
      {isGrowing && turn.text === '' && (
        <p className="text-lg text-ink-soft">{turn.reasoning === '' ? present.waiting : present.thinking}</p>
      )}
      {isBroken && (
        <div className="flex flex-wrap items-center gap-3">
          <p className="text-lg text-ink-soft">{present.brokeOff}</p>
          {onAgain !== null && <Button onClick={onAgain}>{present.again}</Button>}
        </div>
      )}
      {!isGrowing && !isBroken && (
        <footer className="flex flex-wrap gap-x-3 text-sm text-ink-soft tabular-nums">
          {turn.state === 'stopped' && <span>{present.stopped}</span>}
          {ttftMs !== null && <span>{words.chat.ttft(ttftMs)}</span>}
          {tokensPerSecond !== null && <span>{words.chat.tokensPerSecond(tokensPerSecond)}</span>}
        </footer>
      )}
      {/* Said once at the end: word by word it could not be listened to. */}
      <output className="sr-only">{isGrowing ? '' : isBroken ? present.brokeOff : present.announceDone}</output>
    </article>
  );
}
