import { describe, expect, it } from 'vitest';
import { type Conversation, type MessageExtras, noExtras } from '../../shared/contract/conversations.ts';
import { createHeldChats } from './held-chats.ts';
import { noParameters, type StoredMessage } from './rows.ts';

const at = '2026-03-01T12:00:00.000Z';
const conversation = (id: string, leafId: string | null = null): Conversation => ({
  id,
  title: id,
  createdAt: at,
  updatedAt: at,
  nimName: null,
  target: null,
  parameters: noParameters,
  choices: null,
  folderId: null,
  pinnedAt: null,
  deletedAt: null,
  isUnread: false,
  leafId,
});
const message = (conversationId: string, position: number, text: string): StoredMessage => ({
  id: `${conversationId}-${position}`,
  conversationId,
  parentId: position === 1 ? null : `${conversationId}-${position - 1}`,
  position,
  role: 'user',
  text,
  reasoning: '',
  createdAt: at,
  turn: null,
  extras: noExtras,
});
const chat = (id: string, text = 'words') => ({ conversation: conversation(id), messages: [message(id, 1, text)] });
const textsOf = (held: ReturnType<typeof createHeldChats>, id: string) =>
  held.get(id)?.messages.map(({ text }) => text);

describe('chats held in memory', () => {
  it('grow with what is written to them', () => {
    const held = createHeldChats();
    held.put(chat('a'));
    held.extend(conversation('a', 'a-2'), [message('a', 2, '')]);
    held.replace('a-2', { text: 'an answer' });
    expect(textsOf(held, 'a')).toEqual(['words', 'an answer']);
    expect(held.get('a')?.conversation.leafId).toBe('a-2');
  });

  it('follow their own row, and are gone with it', () => {
    const held = createHeldChats();
    held.put(chat('a'));
    held.revise({ ...conversation('a'), title: 'renamed' });
    expect([held.get('a')?.conversation.title, textsOf(held, 'a')]).toEqual(['renamed', ['words']]);
    held.revise(conversation('b'));
    expect(held.get('b')).toBeUndefined();
    held.revise({ ...conversation('a'), deletedAt: at });
    expect(held.get('a')).toBeUndefined();
  });

  it('are nothing where nobody asked: what is written there is not half a chat', () => {
    const held = createHeldChats();
    held.extend(conversation('a'), [message('a', 7, 'late')]);
    held.replace('a-7', { text: 'later' });
    expect(held.get('a')).toBeUndefined();
  });

  it('are the three that were used last', () => {
    const held = createHeldChats();
    for (const id of ['a', 'b', 'c']) held.put(chat(id));
    held.get('a');
    held.put(chat('d'));
    expect(['a', 'b', 'c', 'd'].filter((id) => held.get(id) !== undefined)).toEqual(['a', 'c', 'd']);
  });

  it('hold no chat that is larger than a few million characters, nor one that becomes it', () => {
    const held = createHeldChats();
    held.put(chat('a', 'x'.repeat(5_000_000)));
    expect(held.get('a')).toBeUndefined();
    held.put(chat('b'));
    held.replace('b-1', { text: 'x'.repeat(5_000_000) });
    expect(held.get('b')).toBeUndefined();
    const picture: MessageExtras['attachments'][number] = {
      kind: 'image',
      name: 'p',
      mediaType: 'image/png',
      sizeBytes: 3_750_000,
      width: null,
      height: null,
      data: 'x'.repeat(5_000_000),
    };
    held.put(chat('c'));
    held.extend(conversation('c'), [{ ...message('c', 2, ''), extras: { ...noExtras, attachments: [picture] } }]);
    expect(held.get('c')).toBeUndefined();
  });

  it('are let go one by one, or all', () => {
    const held = createHeldChats();
    for (const id of ['a', 'b']) held.put(chat(id));
    held.drop('a');
    expect([held.get('a'), held.get('b')?.conversation.id]).toEqual([undefined, 'b']);
    held.drop();
    expect(held.get('b')).toBeUndefined();
  });
});
