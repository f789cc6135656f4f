import ArrowDown from 'lucide-react/icons/arrow-down';
import { type KeyboardEvent, memo, useEffect, useLayoutEffect, useRef } from 'react';
import type { ShownMessage } from '../../../shared/contract/chat-history.ts';
import { tailOf } from '../../hooks/late-heights.ts';
import { useAnchor } from '../../hooks/use-anchor.ts';
import { useEnd } from '../../hooks/use-end.ts';
import { NearnessContext, useNearness } from '../../hooks/use-late.ts';
import { Button } from '../../ui/button.tsx';
import { words } from '../../words.ts';
import { LateMessage } from './late-message.tsx';
import { isUnderWay } from './turns.ts';

interface MessageListProps {
  messages: readonly ShownMessage[];
  /** How many stand before the first of them. */
  earlierCount: number;
  isReadingEarlier: boolean;
  /** Asks for some of them, or for all. */
  onEarlier: (which: 'some' | 'all') => void;
  /** The message that is to be gone to; null: the end. */
  wantedId: string | null;
  /** It has been gone to. */
  onWantedShown: () => void;
}

const nearEndPixels = 60;
/** Earlier messages are asked for so far before the reader is at the first one held. */
const readAhead = '3000px 0px';

/**
 * Messages of a chat, however many: those near to sight are drawn, the others stand there as the text they are made of,
 * which the browser can find and select but neither lays out nor paints until it is near. Stays at the end while an answer
 * grows, unless the reader has gone up.
 */
export const MessageList = memo(function MessageList(props: MessageListProps) {
  const { messages, earlierCount, isReadingEarlier, onEarlier, wantedId, onWantedShown } = props;
  const { scroller, content, isAway, goToEnd, leave, handlers } = useEnd({ nearPixels: nearEndPixels });
  const nearness = useNearness(scroller);
  const list = useRef<HTMLOListElement>(null);
  const anchor = useAnchor(scroller, list);
  const goesToFirst = useRef(false);
  const lastSeen = useRef<string | null>(null);
  const earlierBefore = useRef(earlierCount);
  const earlier = useRef<HTMLDivElement>(null);
  const last = messages.at(-1);
  const lastId = last?.id ?? null;
  const isLastGrowing = last?.turn !== null && last?.turn !== undefined && isUnderWay(last.turn.state);
  const isWantedHere = wantedId !== null && messages.some(({ id }) => id === wantedId);
  const tail = tailOf(messages, window.innerHeight);

  // By hand: as a part of each message it would have all of them drawn again for every new one.
  useLayoutEffect(() => {
    const count = String(earlierCount + messages.length);
    for (const item of list.current?.children ?? []) {
      if (item.getAttribute('aria-setsize') !== count) item.setAttribute('aria-setsize', count);
    }
  }, [earlierCount, messages]);

  // A sent message is what the reader wants to see, wherever they had gone to; another version of an earlier one is seen
  // from where they are.
  useLayoutEffect(() => {
    const before = lastSeen.current;
    lastSeen.current = lastId;
    if (lastId === null || before === lastId) return;
    if (before === null || isLastGrowing || messages.some(({ id }) => id === before)) goToEnd();
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- another last message is the occasion
  }, [lastId, goToEnd]);

  // Earlier messages come in above: what is being read stays where it is.
  useLayoutEffect(() => {
    const isMore = earlierCount < earlierBefore.current;
    earlierBefore.current = earlierCount;
    const element = scroller.current;
    if (element === null || !isMore || !isAway) return;
    if (goesToFirst.current && earlierCount === 0) {
      goesToFirst.current = false;
      element.scrollTop = 0;
      return;
    }
    anchor.restore();
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- that there are more of them is the occasion
  }, [earlierCount]);

  useLayoutEffect(() => {
    if (wantedId === null || !isWantedHere || scroller.current === null) return;
    leave();
    goTo(scroller.current, wantedId);
    anchor.remember();
    onWantedShown();
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- that it is there is the occasion
  }, [wantedId, isWantedHere]);

  useEffect(() => {
    if (!isAway || content.current === null) return undefined;
    anchor.remember();
    const observer = new ResizeObserver(anchor.settle);
    observer.observe(content.current);
    return () => observer.disconnect();
  }, [content, isAway, anchor]);

  // Anew after each window: where that was short, the next one is wanted at once.
  useEffect(() => {
    if (earlierCount === 0 || earlier.current === null || typeof IntersectionObserver === 'undefined') return undefined;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) onEarlier('some');
      },
      { root: scroller.current, rootMargin: readAhead },
    );
    observer.observe(earlier.current);
    return () => observer.disconnect();
  }, [earlierCount, scroller, onEarlier]);

  function onKeyDown(event: KeyboardEvent<HTMLElement>) {
    handlers.onKeyDown(event);
    if (event.target !== event.currentTarget || event.shiftKey) return;
    // A browser goes there softly, and stops on the way where what is drawn meanwhile gets another height.
    if (event.key === 'End') {
      event.preventDefault();
      goToEnd();
    }
    // The first message of all, not of those that were read.
    if (event.key !== 'Home' || earlierCount === 0) return;
    event.preventDefault();
    leave();
    goesToFirst.current = true;
    onEarlier('all');
  }

  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- scrolling is watched; there is nothing to press */}
      <section
        ref={scroller}
        aria-label={words.chat.messages}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrollable region must be reachable by keyboard
        tabIndex={0}
        {...handlers}
        onScroll={(event) => {
          handlers.onScroll(event);
          anchor.remember();
        }}
        onKeyDown={onKeyDown}
        className="relative min-h-0 flex-1 overflow-y-auto bg-ground focus-visible:-outline-offset-2"
      >
        <div ref={content} className="mx-auto flex max-w-4xl flex-col px-gutter py-2">
          {earlierCount > 0 && (
            <div ref={earlier} className="flex justify-center py-3">
              <Button
                size="small"
                variant="quiet"
                isBusy={isReadingEarlier}
                onClick={() => {
                  leave();
                  onEarlier('some');
                }}
              >
                {words.chat.earlierMessages(earlierCount)}
              </Button>
            </div>
          )}
          <NearnessContext value={nearness}>
            <ol ref={list}>
              {messages.map((message, index) => (
                <LateMessage
                  // Another version of a message takes its place, and the focus in it stays.
                  key={message.versions[0] ?? message.id}
                  message={message}
                  place={earlierCount + index + 1}
                  isKept={index >= messages.length - tail}
                />
              ))}
            </ol>
          </NearnessContext>
        </div>
      </section>
      {isAway && (
        <div className="pointer-events-none absolute inset-x-0 bottom-3 flex justify-center">
          <span className="pointer-events-auto rounded-md shadow-popup">
            <Button size="small" icon={<ArrowDown aria-hidden className="size-3.5" />} onClick={goToEnd}>
              {words.chat.toEnd}
            </Button>
          </span>
        </div>
      )}
    </div>
  );
});

/** To its first line, with a bit of what stands before it; it is where one is then, for the keyboard as well. */
function goTo(scroller: HTMLElement, messageId: string): void {
  const element = scroller.querySelector<HTMLElement>(`[data-message="${CSS.escape(messageId)}"]`);
  if (element === null) return;
  scroller.scrollTop += element.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
  element.focus({ preventScroll: true });
}
