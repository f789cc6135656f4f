import { createContext, use, useLayoutEffect, useRef, useState } from 'react';
import { createStore, type StoreApi, useStore } from 'zustand';
import type { ShownMessage } from '../../../shared/contract/chat-history.ts';
import type { ChatTarget } from '../../../shared/contract/chat.ts';
import type { ToolResult } from '../../../shared/contract/conversations.ts';

/** What can be done with the messages of the chat that is open. */
export interface ChatActions {
  /** Another answer to the same question, beside this one. */
  onAgain: (answer: ShownMessage, target?: ChatTarget) => void;
  /** Opens the choice of who is to answer. */
  onAgainWith: (answer: ShownMessage) => void;
  onContinue: (answer: ShownMessage) => void;
  onResults: (answer: ShownMessage, results: ToolResult[]) => void;
  onEdit: (question: ShownMessage, text: string) => void;
}

/** On what it depends whether it can be done. */
export interface ChatState {
  /** The last message of the path: what it asks for is still open. */
  lastId: string | null;
  /** An answer comes, or something was just asked: nothing else can be. */
  isBusy: boolean;
  /** Somebody is there to ask. */
  canAsk: boolean;
  /** Built-in tools are run without a click. */
  isAutomatic: boolean;
}

/** The same for as long as the chat is open: a question asked must not draw all messages anew. */
interface OpenChat extends ChatActions {
  state: StoreApi<ChatState>;
}

const OpenChatContext = createContext<OpenChat | null>(null);
export const OpenChatProvider = OpenChatContext.Provider;

/** For the page of the chat; `actions` may be other functions with each render. */
export function useOpenChat(state: ChatState, actions: ChatActions): OpenChat {
  const newest = useRef(actions);
  const [chat] = useState<OpenChat>(() => ({
    state: createStore(() => state),
    onAgain: (...parts) => newest.current.onAgain(...parts),
    onAgainWith: (...parts) => newest.current.onAgainWith(...parts),
    onContinue: (...parts) => newest.current.onContinue(...parts),
    onResults: (...parts) => newest.current.onResults(...parts),
    onEdit: (...parts) => newest.current.onEdit(...parts),
  }));
  useLayoutEffect(() => {
    newest.current = actions;
    chat.state.setState(state);
  });
  return chat;
}

export function useChatActions(): ChatActions {
  return useChat();
}

/** One fact of the open chat; whoever asks for it is drawn anew when it changes. */
export function useChatState<T extends string | boolean | null>(choose: (state: ChatState) => T): T {
  return useStore(useChat().state, choose);
}

export const canAskNow = ({ canAsk, isBusy }: ChatState): boolean => canAsk && !isBusy;

function useChat(): OpenChat {
  const chat = use(OpenChatContext);
  if (chat === null) throw new Error('There is no open chat around this part.');
  return chat;
}
