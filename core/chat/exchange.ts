import { randomUUID } from 'node:crypto';
import { noExtras } from '../../shared/contract/conversations.ts';
import type { ChatParameters, Conversation } from '../../shared/contract/chat.ts';
import { noTiming, turnOf } from './answer.ts';
import type { StoredMessage } from './conversations.ts';
import { titleFrom } from './title.ts';

/** A question and the place for its answer, as they are kept before a word of it has come. */
export interface Exchange {
  conversation: Conversation;
  isNew: boolean;
  question: StoredMessage;
  answer: StoredMessage;
}

export function newExchange(about: {
  conversationId: string;
  /** Null for a new one. */
  known: Conversation | null;
  /** The path that the question follows. */
  history: readonly StoredMessage[];
  /** Of the question; the answer's is the next. */
  position: number;
  text: string;
  parameters: ChatParameters;
  nimName: string;
  model: string;
  now: string;
}): Exchange {
  const { conversationId, known, history, position, text, parameters, nimName, model, now } = about;
  const last = history.at(-1);
  const base = { conversationId, createdAt: now, reasoning: '', extras: noExtras };
  const questionId = randomUUID();
  const answerId = randomUUID();
  const nothingYet = {
    text: '',
    reasoning: '',
    state: 'waiting',
    finishReason: null,
    timing: noTiming,
    failure: null,
  } as const;
  return {
    conversation: {
      id: conversationId,
      title: known?.title ?? titleFrom(text),
      createdAt: known?.createdAt ?? now,
      updatedAt: now,
      nimName,
      target: known?.target ?? null,
      parameters,
      folderId: known?.folderId ?? null,
      pinnedAt: known?.pinnedAt ?? null,
      deletedAt: null,
      isUnread: false,
      leafId: answerId,
    },
    isNew: known === null,
    question: { ...base, id: questionId, parentId: last?.id ?? null, position, role: 'user', text, turn: null },
    answer: {
      ...base,
      id: answerId,
      parentId: questionId,
      position: position + 1,
      role: 'assistant',
      text: '',
      turn: turnOf(answerId, { ...nothingYet, model }),
    },
  };
}
