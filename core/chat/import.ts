import { randomUUID } from 'node:crypto';
import type { ImportOutcome } from '../../shared/contract/chat-history.ts';
import type { Conversation } from '../../shared/contract/conversations.ts';
import { AppError } from '../../shared/errors.ts';
import type { Statement, Store } from '../store/store.ts';
import { turnOf, noTiming } from './answer.ts';
import { largestConversation } from './conversations.ts';
import type { ForeignChat, ForeignMessage } from './foreign-chat.ts';
import { readChats } from './import-formats.ts';
import { insertConversation, insertMessage } from './rows.ts';

/** One JSON text is read as a whole, so this is what an import holds in memory a few times over. */
const largestFile = 64 * 1024 * 1024;
/** Who began one and went away leaves it behind; the oldest makes room. */
const mostOpen = 4;
const shownSkips = 200;

interface Part {
  importId: string | null;
  fileName: string;
  text: string;
  isLast: boolean;
}

export interface Imports {
  take(part: Part): Promise<{ importId: string; outcome: ImportOutcome | null }>;
}

/** Files that are being handed over, in memory; what can be read of one is kept when its last piece is there. */
export function createImports(store: Store, now: () => number): Imports {
  const open = new Map<string, { texts: string[]; length: number }>();

  return {
    async take({ importId, fileName, text, isLast }) {
      const id = importId ?? randomUUID();
      if (importId === null) {
        const [oldest] = open.keys();
        if (open.size >= mostOpen && oldest !== undefined) open.delete(oldest);
        open.set(id, { texts: [], length: 0 });
      }
      const file = open.get(id);
      if (file === undefined) throw new AppError('NOT_FOUND', 'This import is no longer there; begin it again.');
      file.texts.push(text);
      file.length += text.length;
      if (file.length > largestFile) {
        open.delete(id);
        throw new AppError('BAD_INPUT', `${fileName} is larger than 64 MiB.`);
      }
      if (!isLast) return { importId: id, outcome: null };
      open.delete(id);
      return { importId: id, outcome: await keep(file.texts.join(''), fileName) };
    },
  };

  async function keep(text: string, fileName: string): Promise<ImportOutcome> {
    const { chats, skipped } = readChats(text, fileName);
    const imported: ImportOutcome['imported'] = [];
    for (const chat of chats) {
      const bytes = chat.messages.reduce(
        (sum, message) => sum + Buffer.byteLength(message.text) + JSON.stringify(message.extras).length,
        0,
      );
      if (bytes > largestConversation) {
        skipped.push({ name: chat.title, reason: 'It is larger than 64 MiB.' });
        continue;
      }
      const { conversationId, statements } = rowsOf(chat, new Date(now()).toISOString());
      // A chat is kept whole or not at all; those before it stay.
      await store.run(...statements);
      imported.push({ conversationId, title: chat.title, messages: chat.messages.length });
    }
    return { imported, skipped: skipped.slice(0, shownSkips), skippedCount: skipped.length };
  }
}

/** Always with ids of our own: what is imported twice is there twice, and nothing is written over. */
function rowsOf(chat: ForeignChat, now: string): { conversationId: string; statements: Statement[] } {
  const conversationId = randomUUID();
  const ids = new Map(chat.messages.map(({ key }) => [key, randomUUID()]));
  const idOf = (key: string | null) => (key === null ? null : (ids.get(key) ?? null));
  const conversation: Conversation = {
    id: conversationId,
    title: chat.title,
    createdAt: chat.createdAt ?? now,
    updatedAt: chat.updatedAt ?? chat.createdAt ?? now,
    nimName: chat.nimName,
    target: chat.target,
    parameters: chat.parameters,
    choices: chat.choices ?? null,
    folderId: null,
    pinnedAt: null,
    deletedAt: null,
    isUnread: false,
    leafId: idOf(chat.leafKey),
  };
  const messages = chat.messages.map((message, index) =>
    insertMessage({
      id: ids.get(message.key) ?? randomUUID(),
      conversationId,
      parentId: idOf(message.parentKey),
      position: index + 1,
      role: message.role,
      text: message.text,
      reasoning: message.reasoning,
      createdAt: message.createdAt ?? conversation.createdAt,
      turn: message.role === 'assistant' ? turnFrom(message, ids.get(message.key) ?? '') : null,
      extras: message.extras,
    }),
  );
  return { conversationId, statements: [insertConversation(conversation), ...messages] };
}

function turnFrom({ turn, model }: ForeignMessage, id: string) {
  if (turn !== null) return { ...turn, id };
  return turnOf(id, { state: 'done', model, finishReason: null, timing: noTiming, failure: null });
}
