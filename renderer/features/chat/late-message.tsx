import { memo } from 'react';
import type { ShownMessage } from '../../../shared/contract/chat-history.ts';
import { lateStyle } from '../../hooks/late-heights.ts';
import { useLate } from '../../hooks/use-late.ts';
import { words } from '../../words.ts';
import { AnswerMessage } from './answer-message.tsx';
import { ToolResults } from './tool-calls.tsx';
import { UserMessage } from './user-message.tsx';

interface LateMessageProps {
  message: ShownMessage;
  /** Of all of the chat, counted from 1. */
  place: number;
  /** Drawn at once, and for good. */
  isKept: boolean;
}

/**
 * Draws a message when it comes near to sight, and is its text before: a long chat opens as fast as a short one. What is
 * out of sight is laid out by nobody; the browser remembers how high it was (`auto`).
 */
export const LateMessage = memo(function LateMessage({ message, place, isKept }: LateMessageProps) {
  const { place: element, isDrawn } = useLate<HTMLLIElement>({ weight: message.text.length, isKept });
  return (
    <li
      ref={element}
      data-message={message.id}
      tabIndex={-1}
      aria-posinset={place}
      // Room for what stands out, as a ring does: what is laid out by itself is cut at its edges.
      className="-mx-2 px-2 py-3 outline-none"
      style={lateStyle(message.text)}
    >
      {isDrawn ? <Drawn message={message} /> : <Text message={message} />}
    </li>
  );
});

function Drawn({ message }: { message: ShownMessage }) {
  if (message.role === 'user') return <UserMessage message={message} />;
  return message.role === 'tool' ? <ToolResults message={message} /> : <AnswerMessage message={message} />;
}

const names = { user: words.chat.you, assistant: words.chat.answer, tool: words.chat.roles.tool };

function Text({ message: { role, text } }: { message: ShownMessage }) {
  return (
    <article aria-label={names[role]} className="wrap-anywhere whitespace-pre-wrap">
      {text}
    </article>
  );
}
