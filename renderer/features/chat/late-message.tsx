import { useEffect, useRef, useState } from 'react';
import type { ShownMessage } from '../../../shared/contract/chat-history.ts';
import { AnswerMessage } from './answer-message.tsx';
import { ToolResults } from './tool-calls.tsx';
import { UserMessage } from './user-message.tsx';

/** The last ones are drawn at once: no screen shows more of them when a chat opens. */
export const earlyCount = 6;
/** So far before it comes into sight it is drawn: two screens of a large display. */
const margin = '3000px 0px';

/** Rough heights, so that the bar at the side is about right before all is drawn. */
const roughHeights = ['min-h-8', 'min-h-24', 'min-h-96', 'min-h-dvh'] as const;
function roughHeight({ text }: ShownMessage): string {
  const size = text.length < 100 ? 0 : text.length < 1_000 ? 1 : text.length < 5_000 ? 2 : 3;
  return roughHeights[size];
}

/** Draws a message when it comes near to sight; a long chat opens as fast as a short one. What was drawn stays. */
export function LateMessage({ message, isEarly }: { message: ShownMessage; isEarly: boolean }) {
  const place = useRef<HTMLDivElement>(null);
  const [isDrawn, setDrawn] = useState(isEarly || typeof IntersectionObserver === 'undefined');
  useEffect(() => {
    const element = place.current;
    if (isDrawn || element === null) return undefined;
    const scroller = element.closest('section');
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) setDrawn(true);
      },
      { root: scroller, rootMargin: margin },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [isDrawn]);
  if (!isDrawn) return <div ref={place} className={roughHeight(message)} />;
  if (message.role === 'user') return <UserMessage message={message} />;
  return message.role === 'tool' ? <ToolResults message={message} /> : <AnswerMessage message={message} />;
}
