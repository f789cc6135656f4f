import ArrowDown from 'lucide-react/icons/arrow-down';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { ShownMessage } from '../../../shared/contract/chat-history.ts';
import { Button } from '../../ui/button.tsx';
import { isUpward, type ReaderEvent } from '../../ui/upward.ts';
import { words } from '../../words.ts';
import { earlyCount, LateMessage } from './late-message.tsx';

const nearEndPixels = 60;

function toEnd(element: HTMLElement | null): void {
  if (element !== null) element.scrollTop = element.scrollHeight;
}

/** Stays at the end while an answer grows, unless the reader has scrolled up. */
interface MessageListProps {
  messages: readonly ShownMessage[];
  /** How many stand before the first of them. */
  earlierCount: number;
  isReadingEarlier: boolean;
  onEarlier: () => void;
}

export function MessageList({ messages, earlierCount, isReadingEarlier, onEarlier }: MessageListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  const lastTop = useRef(0);
  const [isAway, setAway] = useState(false);
  const firstId = messages[0]?.id;
  const lastId = messages.at(-1)?.id;
  const heightBelow = useRef(0);

  // A sent message is what the reader wants to see, wherever they had scrolled to.
  useLayoutEffect(() => {
    follows.current = lastId !== undefined;
    toEnd(scroller.current);
  }, [lastId]);

  // Earlier messages come in above: what is being read stays where it is.
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null || follows.current) return;
    element.scrollTop = element.scrollHeight - heightBelow.current;
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- what it reads is in refs; another first message is the occasion
  }, [firstId]);

  useEffect(() => {
    if (content.current === null) return undefined;
    const observer = new ResizeObserver(() => follows.current && toEnd(scroller.current));
    observer.observe(content.current);
    return () => observer.disconnect();
  }, []);

  function onReader(event: ReaderEvent) {
    if (!isUpward(event)) return;
    follows.current = false;
    setAway(true);
  }

  function onScroll() {
    const element = scroller.current;
    if (element === null) return;
    const isUp = element.scrollTop < lastTop.current;
    lastTop.current = element.scrollTop;
    const isAtEnd = element.scrollHeight - element.scrollTop - element.clientHeight < nearEndPixels;
    if (isUp && !isAtEnd) follows.current = false;
    if (isAtEnd) follows.current = true;
    setAway(!follows.current);
  }

  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- scrolling is watched; there is nothing to press */}
      <section
        ref={scroller}
        aria-label={words.chat.messages}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrollable region must be reachable by keyboard
        tabIndex={0}
        onScroll={onScroll}
        onWheel={onReader}
        onKeyDown={onReader}
        onPointerDown={onReader}
        className="relative min-h-0 flex-1 overflow-y-auto focus-visible:-outline-offset-2"
      >
        <div ref={content} className="mx-auto flex max-w-4xl flex-col gap-6 px-gutter py-5">
          {earlierCount > 0 && (
            <div className="flex justify-center">
              <Button
                size="small"
                variant="quiet"
                isBusy={isReadingEarlier}
                onClick={() => {
                  const element = scroller.current;
                  heightBelow.current = element === null ? 0 : element.scrollHeight - element.scrollTop;
                  follows.current = false;
                  onEarlier();
                }}
              >
                {words.chat.earlierMessages(earlierCount)}
              </Button>
            </div>
          )}
          {messages.map((message, index) => (
            <LateMessage key={message.id} message={message} isEarly={index >= messages.length - earlyCount} />
          ))}
        </div>
      </section>
      {isAway && (
        <div className="pointer-events-none absolute inset-x-0 bottom-3 flex justify-center">
          <span className="pointer-events-auto rounded-md shadow-popup">
            <Button
              size="small"
              icon={<ArrowDown aria-hidden className="size-3.5" />}
              onClick={() => {
                follows.current = true;
                setAway(false);
                toEnd(scroller.current);
              }}
            >
              {words.chat.toEnd}
            </Button>
          </span>
        </div>
      )}
    </div>
  );
}
