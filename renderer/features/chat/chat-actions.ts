import { createContext } from 'react';
import type { ShownMessage } from '../../../shared/contract/chat-history.ts';
import type { ChatTarget } from '../../../shared/contract/chat.ts';
import type { ToolResult } from '../../../shared/contract/conversations.ts';

/** What can be done with the messages of the chat that is open. */
export interface ChatActions {
  /** The last message of the path: what it asks for is still open. */
  lastId: string | null;
  /** An answer comes, or something was just asked: nothing else can be. */
  isBusy: boolean;
  /** Somebody is there to ask. */
  canAsk: boolean;
  /** Built-in tools are run without a click. */
  isAutomatic: boolean;
  /** Another answer to the same question, beside this one. */
  onAgain: (answer: ShownMessage, target?: ChatTarget) => void;
  /** Opens the choice of who is to answer. */
  onAgainWith: (answer: ShownMessage) => void;
  onContinue: (answer: ShownMessage) => void;
  onResults: (answer: ShownMessage, results: ToolResult[]) => void;
  onEdit: (question: ShownMessage, text: string) => void;
}

export const ChatActionsContext = createContext<ChatActions | null>(null);
