import { randomUUID } from 'node:crypto';
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
  /** The message that the question follows. */
  parentId: string | null;
}

export function newExchange(about: {
  conversationId: string;
  /** Null for a new one. */
  known: Conversation | null;
  history: readonly StoredMessage[];
  text: string;
  parameters: ChatParameters;
  nimName: string;
  model: string;
  now: string;
}): Exchange {
  const { conversationId, known, history, text, parameters, nimName, model, now } = about;
  const last = history.at(-1);
  const position = (last?.position ?? 0) + 1;
  const base = { conversationId, createdAt: now, reasoning: '' };
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
      parameters,
    },
    isNew: known === null,
    question: { ...base, id: randomUUID(), position, role: 'user', text, turn: null },
    answer: {
      ...base,
      id: answerId,
      position: position + 1,
      role: 'assistant',
      text: '',
      turn: turnOf(answerId, { ...nothingYet, model }),
    },
    parentId: last?.id ?? null,
  };
}
