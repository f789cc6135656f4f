import { randomUUID } from 'node:crypto';
import { type MessageExtras, noExtras } from '../../shared/contract/conversations.ts';
import type { Conversation } from '../../shared/contract/chat.ts';
import { noTiming, turnOf } from './answer.ts';
import type { StoredMessage } from './conversations.ts';
import { type Request, requestToKeep } from './kept-request.ts';
import { titleFrom } from './title.ts';

/** Words and the place for their answer, as they are kept before a word of it has come. */
export interface Exchange {
  conversation: Conversation;
  isNew: boolean;
  /** Null: another answer to words that are there. */
  question: StoredMessage | null;
  answer: StoredMessage;
}

export function newExchange(about: {
  conversationId: string;
  /** Null for a new one. */
  known: Conversation | null;
  /** What the words follow; without new words: what is answered. */
  parentId: string | null;
  /** Of the first new message; the next one's is one more. */
  position: number;
  message: { role: 'user' | 'tool'; text: string; extras: MessageExtras } | null;
  asked: Request;
  model: string;
  /** Of whoever is asked, as a person calls it. */
  name: string;
  now: string;
}): Exchange {
  const { conversationId, known, parentId, position, message, asked, model, name, now } = about;
  const base = { conversationId, createdAt: now, reasoning: '' };
  const answerId = randomUUID();
  const question: StoredMessage | null =
    message === null ? null : { ...base, ...message, id: randomUUID(), parentId, position, turn: null };
  const nothingYet = { state: 'waiting', finishReason: null, timing: noTiming, failure: null } as const;
  return {
    conversation: {
      id: conversationId,
      title: known?.title ?? titleFrom(message?.text || (message?.extras.attachments[0]?.name ?? '')),
      createdAt: known?.createdAt ?? now,
      updatedAt: now,
      nimName: name,
      target: asked.target,
      parameters: asked.parameters,
      choices: known?.choices ?? null,
      folderId: known?.folderId ?? null,
      pinnedAt: known?.pinnedAt ?? null,
      deletedAt: null,
      isUnread: false,
      leafId: answerId,
    },
    isNew: known === null,
    question,
    answer: {
      ...base,
      id: answerId,
      parentId: question?.id ?? parentId,
      position: question === null ? position : position + 1,
      role: 'assistant',
      text: '',
      turn: turnOf(answerId, { ...nothingYet, model }),
      extras: { ...noExtras, responseFormat: asked.responseFormat, request: requestToKeep(asked) },
    },
  };
}
