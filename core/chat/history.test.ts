import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChatListState } from '../../shared/contract/chat-history.ts';
import { noExtras } from '../../shared/contract/conversations.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { createTestDeps, type TestDeps } from '../testing/deps.ts';
import { type Answer, noTiming, turnOf } from './answer.ts';
import { largestConversation, pathIn, windowOf } from './conversations.ts';
import { type ChatHistory, createHistory } from './history.ts';
import { noParameters } from './rows.ts';

const day = 24 * 60 * 60 * 1000;

let deps: TestDeps;
let store: Store;
let history: ChatHistory;
let now = Date.parse('2026-03-01T12:00:00Z');
let stopped: string[] = [];

async function open() {
  store = await openStore(deps);
  history = await createHistory({
    store,
    now: () => now,
    live: (message) => message,
    stopIn(conversationId) {
      stopped.push(conversationId);
      return Promise.resolve();
    },
  });
}
async function close() {
  history.close();
  await store.close();
}

beforeEach(async () => {
  deps = createTestDeps();
  now = Date.parse('2026-03-01T12:00:00Z');
  stopped = [];
  await open();
});
afterEach(async () => {
  await close();
  deps[Symbol.dispose]();
});

const finished = (text: string, reasoning = ''): Answer => ({
  text,
  reasoning,
  state: 'done',
  model: 'meta/llama',
  finishReason: 'stop',
  timing: noTiming,
  failure: null,
  extras: noExtras,
});

let count = 0;
/** A question and its whole answer, behind the message `parentId` (null: a beginning; undefined: the end of the path). */
async function talk(conversationId: string, question: string, answer: string, parentId?: string | null) {
  const { conversations } = history;
  now += 1000;
  const known = await conversations.get(conversationId).catch(() => null);
  const whole = known === null ? null : await conversations.whole(conversationId);
  const end = whole === null ? null : (pathIn(whole, null).at(-1)?.id ?? null);
  const position = 1 + (whole?.messages.length ?? 0);
  const [questionId, answerId] = [`q-${conversationId}-${position}`, `a-${conversationId}-${position}`];
  const at = new Date(now).toISOString();
  const base = { conversationId, createdAt: at, reasoning: '', extras: noExtras };
  const begun = { ...finished(''), state: 'waiting' } as const;
  await conversations.begin({
    conversation: {
      id: conversationId,
      title: known?.title ?? question,
      createdAt: at,
      updatedAt: at,
      nimName: 'llama',
      target: null,
      parameters: noParameters,
      choices: null,
      folderId: null,
      pinnedAt: null,
      deletedAt: null,
      isUnread: false,
      leafId: answerId,
    },
    isNew: known === null,
    question: {
      ...base,
      id: questionId,
      parentId: parentId === undefined ? end : parentId,
      position,
      role: 'user',
      text: question,
      turn: null,
    },
    answer: {
      ...base,
      id: answerId,
      parentId: questionId,
      position: position + 1,
      role: 'assistant',
      text: '',
      turn: turnOf(answerId, begun),
    },
  });
  await conversations.saveAnswer(answerId, finished(answer));
  return { questionId, answerId };
}
const newChat = async (question: string, answer = 'fine') => {
  const conversationId = `chat-${count++}`;
  return { conversationId, ...(await talk(conversationId, question, answer)) };
};
const texts = async (conversationId: string) =>
  (await history.api.messages({ conversationId, from: null, count: 200 })).messages.map(({ text }) => text);
async function state(): Promise<ChatListState> {
  for await (const each of history.api.watch({})) return each;
  throw new Error('no state');
}
const titles = async (section: Parameters<typeof history.api.list>[0]['section'], from = 0, many = 200) =>
  (await history.api.list({ section, from, count: many })).conversations.map(({ title }) => title);

describe('a tree of messages', () => {
  it('shows the path that was written last, and another one when a version is chosen', async () => {
    const { conversationId, questionId, answerId } = await newChat('one', 'first');
    const second = await talk(conversationId, 'two', 'second');
    const other = await talk(conversationId, 'two, edited', 'third', answerId);
    expect(await texts(conversationId)).toEqual(['one', 'first', 'two, edited', 'third']);
    const { messages } = await history.api.messages({ conversationId, from: null, count: 10 });
    expect(messages[2]?.versions).toEqual([second.questionId, other.questionId]);
    expect(messages[0]?.versions).toEqual([questionId]);

    expect(await history.api.choose({ messageId: second.questionId })).toEqual({ conversationId, index: 2 });
    expect(await texts(conversationId)).toEqual(['one', 'first', 'two', 'second']);
    // One that is on the path already changes nothing.
    await history.api.choose({ messageId: answerId });
    expect(await texts(conversationId)).toEqual(['one', 'first', 'two', 'second']);
    await talk(conversationId, 'another beginning', 'yes', null);
    expect(await texts(conversationId)).toEqual(['another beginning', 'yes']);
    await close();
    await open();
    expect(await texts(conversationId)).toEqual(['another beginning', 'yes']);
    await expect(history.api.choose({ messageId: 'gone' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is read in windows', async () => {
    const { conversationId } = await newChat('q0', 'a0');
    for (let turn = 1; turn < 6; turn += 1) await talk(conversationId, `q${turn}`, `a${turn}`);
    const end = await history.api.messages({ conversationId, from: null, count: 3 });
    expect([end.total, end.from, end.messages.map(({ text }) => text)]).toEqual([12, 9, ['a4', 'q5', 'a5']]);
    const middle = await history.api.messages({ conversationId, from: 4, count: 2 });
    expect([middle.from, middle.messages.map(({ text }) => text)]).toEqual([4, ['q2', 'a2']]);
    expect((await history.api.messages({ conversationId, from: 99, count: 2 })).messages).toEqual([]);
  });

  it('a window holds at most 2 MiB of text, and at least one message', () => {
    const path = [1, 3, 1, 1, 1].map((mebibytes) => ({ bytes: mebibytes * 1024 * 1024 }));
    expect(windowOf(path, null, 10)).toEqual([3, 5]);
    expect(windowOf(path, 1, 10)).toEqual([1, 2]);
    expect(windowOf(path, 2, 10)).toEqual([2, 4]);
    expect(windowOf(path, 0, 1)).toEqual([0, 1]);
    expect(windowOf([], null, 10)).toEqual([0, 0]);
  });

  it('is the same from memory as from the store, whatever was done to it', async () => {
    const { conversationId, questionId, answerId } = await newChat('first');
    const seen = async () => {
      const { conversation, messages } = await history.conversations.whole(conversationId);
      return { leafId: conversation.leafId, title: conversation.title, messages };
    };
    const check = async () => {
      const fromMemory = await seen();
      await close();
      await open();
      expect(await seen()).toEqual(fromMemory);
    };
    await check();
    await talk(conversationId, 'second', 'more', answerId);
    await check();
    await talk(conversationId, 'another way', 'else', questionId);
    await history.api.choose({ messageId: answerId });
    await check();
    await history.api.rename({ conversationId, title: 'renamed' });
    await check();
    await history.api.remove({ conversationId });
    await expect(history.conversations.whole(conversationId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await history.api.restore({ conversationId });
    await check();
  });

  it('what is attached stays out of windows, and is given by itself', async () => {
    const { conversationId, questionId } = await newChat('look');
    const data = 'A'.repeat(5_000);
    const picture = { kind: 'image', name: 'a.png', mediaType: 'image/png', sizeBytes: 3_750, data };
    await store.run({
      sql: 'UPDATE messages SET extras = ? WHERE id = ?',
      values: [JSON.stringify({ attachments: [picture] }), questionId],
    });
    // What was written past it is seen after a start only.
    await close();
    await open();
    const { messages } = await history.api.messages({ conversationId, from: 0, count: 1 });
    expect(messages[0]?.extras.attachments).toMatchObject([{ name: 'a.png', data: '' }]);
    expect(await history.api.attachment({ messageId: questionId, index: 0 })).toEqual({ data });
    await expect(history.api.attachment({ messageId: questionId, index: 1 })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(pathIn(await history.conversations.whole(conversationId), null)[0]?.extras.attachments[0]?.data).toBe(data);
  });

  it('one that would hold more than 64 MiB takes no further question, by name', async () => {
    const { conversationId, answerId } = await newChat('long');
    await store.run({
      sql: `UPDATE messages SET text = replace(hex(zeroblob(?)), '00', 'ab') WHERE id = ?`,
      values: [largestConversation / 2, answerId],
    });
    // What was written past it is seen after a start only.
    await close();
    await open();
    await expect(talk(conversationId, 'more', '')).rejects.toMatchObject({ code: 'CHAT_TOO_LARGE' });
    expect((await history.api.messages({ conversationId, from: 0, count: 1 })).total).toBe(2);
  });

  it('one bad record hides nothing', async () => {
    const { conversationId } = await newChat('good');
    await store.run(
      {
        sql: `UPDATE conversations SET parameters = 'nonsense', created_at = 'never', target = '{"kind": "odd"}',
                     pinned_at = 'soon', leaf_id = 'lost' WHERE id = ?`,
        values: [conversationId],
      },
      {
        sql: `INSERT INTO messages (id, conversation_id, parent_id, position, role, text, reasoning, created_at, turn, extras)
              VALUES ('bad', ?, 'lost', 3, 'wizard', 'kept', '', 'never', '{"state": "odd", "timing": 7}', '{"attachments": 7}')`,
        values: [conversationId],
      },
    );
    await close();
    await open();
    expect((await state()).newest).toMatchObject([{ id: conversationId, title: 'good', pinnedAt: null }]);
    expect(await history.api.get({ conversationId })).toMatchObject({ target: null, parameters: noParameters });
    expect(await texts(conversationId)).toEqual(['good', 'fine', 'kept']);
    expect((await history.api.search({ text: 'kept', from: 0, count: 5 })).hits).toHaveLength(1);
  });
});

describe('lists', () => {
  it('each chat stands in one place: pinned, a folder, none, or the bin', async () => {
    const chats = [];
    for (const title of ['a', 'b', 'c', 'd', 'e']) chats.push((await newChat(title)).conversationId);
    const [a = '', b = '', c = '', d = ''] = chats;
    const { folderId } = await history.api.createFolder({ name: 'Work' });
    await history.api.moveToFolder({ conversationId: a, folderId });
    await history.api.moveToFolder({ conversationId: b, folderId });
    await history.api.pin({ conversationId: b, isPinned: true });
    now += 1;
    await history.api.pin({ conversationId: c, isPinned: true });
    await history.api.remove({ conversationId: d });
    expect(await titles({ kind: 'pinned' })).toEqual(['c', 'b']);
    expect(await titles({ kind: 'folder', folderId })).toEqual(['a']);
    expect(await titles({ kind: 'loose' })).toEqual(['e']);
    expect(await titles({ kind: 'bin' })).toEqual(['d']);
    expect(await state()).toMatchObject({
      pinned: 2,
      loose: 1,
      bin: 1,
      folders: [{ id: folderId, name: 'Work', count: 1 }],
    });
    expect((await state()).newest.map(({ title }) => title)).toEqual(['e', 'c', 'b', 'a']);

    await history.api.pin({ conversationId: b, isPinned: false });
    expect(await titles({ kind: 'folder', folderId })).toEqual(['b', 'a']);
    await history.api.removeFolder({ folderId });
    expect(await titles({ kind: 'loose' })).toEqual(['e', 'b', 'a']);
    await expect(history.api.moveToFolder({ conversationId: a, folderId })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('keeps the tools and the format that were chosen, also when another question follows', async () => {
    const { conversationId } = await newChat('with tools');
    expect((await history.api.get({ conversationId })).choices).toBeNull();
    const choices = {
      tools: ['calculate'],
      toolChoice: 'required',
      isAutomatic: true,
      format: { kind: 'json' },
    } as const;
    await history.api.keepChoices({ conversationId, choices: { ...choices, tools: [...choices.tools] } });
    await talk(conversationId, 'more', 'sure');
    expect((await history.api.get({ conversationId })).choices).toEqual(choices);
    await store.run({ sql: `UPDATE conversations SET choices = '{"tools":7}' WHERE id = ?`, values: [conversationId] });
    expect(await history.api.get({ conversationId })).toMatchObject({ title: 'with tools', choices: null });
  });

  it('folders are renamed, and stand in the order they were put in', async () => {
    const ids = [];
    for (const name of ['one', 'two', 'three']) ids.push((await history.api.createFolder({ name })).folderId);
    const [one = '', , three = ''] = ids;
    await history.api.moveFolder({ folderId: three, beforeId: one });
    await history.api.renameFolder({ folderId: one, name: 'uno' });
    expect((await state()).folders.map(({ name }) => name)).toEqual(['three', 'uno', 'two']);
    await history.api.moveFolder({ folderId: three, beforeId: null });
    expect((await state()).folders.map(({ name }) => name)).toEqual(['uno', 'two', 'three']);
    await expect(history.api.renameFolder({ folderId: 'x', name: 'y' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('are read in windows, the last written to first', async () => {
    for (let index = 0; index < 12; index += 1) await newChat(`n${index}`);
    expect(await titles({ kind: 'loose' }, 0, 3)).toEqual(['n11', 'n10', 'n9']);
    expect(await titles({ kind: 'loose' }, 10, 3)).toEqual(['n1', 'n0']);
    expect((await history.api.list({ section: { kind: 'loose' }, from: 0, count: 1 })).total).toBe(12);
  });

  it('say with a new revision that something changed, and which chat has an answer nobody has seen', async () => {
    const { conversationId } = await newChat('x');
    const before = await state();
    expect(before.newest[0]).toMatchObject({ isUnread: true });
    await history.api.markRead({ conversationId });
    const after = await state();
    expect(after.newest[0]).toMatchObject({ isUnread: false });
    expect(after.revision).not.toBe(before.revision);
    await history.api.markRead({ conversationId });
    expect((await state()).revision).toBe(after.revision);
    await history.api.rename({ conversationId, title: 'Mine' });
    expect((await state()).newest[0]).toMatchObject({ title: 'Mine' });
  });
});

describe('the bin', () => {
  /** Whether the bytes stand in any file of the data folder. */
  const isOnDisk = (needle: string) =>
    readdirSync(deps.dataFolder, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .some((entry) => readFileSync(join(deps.dataFolder, entry.name)).includes(needle));

  it('a removed chat is gone from lists and search, takes no question, and comes back whole', async () => {
    const { conversationId } = await newChat('keep me', 'kept');
    await history.api.pin({ conversationId, isPinned: true });
    const before = await history.api.get({ conversationId });
    await history.api.remove({ conversationId });
    expect(stopped).toEqual([conversationId]);
    expect(history.isRemoved(conversationId)).toBe(true);
    expect((await state()).newest).toEqual([]);
    expect((await history.api.search({ text: 'kept', from: 0, count: 5 })).hits).toEqual([]);
    await expect(history.conversations.get(conversationId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    // It can be looked at where it lies.
    expect(await texts(conversationId)).toEqual(['keep me', 'kept']);
    await close();
    await open();
    await history.api.restore({ conversationId });
    expect(history.isRemoved(conversationId)).toBe(false);
    expect(await history.api.get({ conversationId })).toEqual(before);
    expect(await titles({ kind: 'pinned' })).toEqual(['keep me']);
    await expect(history.api.restore({ conversationId: 'gone' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(history.api.erase({ conversationId })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('what is erased is gone from the disk, to the last word that search knew of it', async () => {
    const secret = 'Zanzibarquartz';
    const { conversationId } = await newChat(`${secret} question`, `${secret} answer`);
    const other = await newChat('stays');
    await store.all('PRAGMA wal_checkpoint(TRUNCATE)');
    expect(isOnDisk(secret) && isOnDisk(secret.toLowerCase())).toBe(true);
    await history.api.remove({ conversationId });
    await history.api.remove({ conversationId: other.conversationId });
    expect(await history.api.erase({ conversationId })).toEqual({ erased: 1 });
    expect(isOnDisk(secret)).toBe(false);
    expect(isOnDisk(secret.toLowerCase())).toBe(false);
    expect(await titles({ kind: 'bin' })).toEqual(['stays']);
    expect(await history.api.erase({ conversationId: null })).toEqual({ erased: 1 });
    expect(await state()).toMatchObject({ bin: 0 });
    await expect(history.api.get({ conversationId })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it.each([
    ['by somebody', (conversationId: string) => history.api.erase({ conversationId })],
    [
      'by its age',
      async () => {
        now += 31 * day;
        await close();
        await open();
      },
    ],
  ])('what is erased %s goes from the copies of older versions, too', async (_, erase) => {
    const secret = 'Zanzibarquartz';
    const { conversationId } = await newChat(secret);
    const copy = (version: number) => join(deps.dataFolder, `nimdeck.version-${version}.db`);
    const damaged = join(deps.dataFolder, 'nimdeck.damaged-2026-02-01T00-00-00.db');
    for (const path of [copy(1), copy(12), damaged]) await store.all('VACUUM INTO ?', [path]);
    await history.api.remove({ conversationId });
    await erase(conversationId);
    expect([existsSync(copy(1)), existsSync(copy(12))]).toEqual([false, false]);
    // What was set aside is somebody's to rescue from, and the question that is asked before says so.
    rmSync(damaged);
    expect(isOnDisk(secret)).toBe(false);
  });

  it('erases nothing while a copy of an older version cannot be removed, and starts all the same', async () => {
    const { conversationId } = await newChat('old');
    await history.api.remove({ conversationId });
    const copy = join(deps.dataFolder, 'nimdeck.version-1.db');
    mkdirSync(copy);
    await expect(history.api.erase({ conversationId })).rejects.toMatchObject({ code: 'STORE_NOT_WRITABLE' });
    now += 31 * day;
    await close();
    await open();
    expect(await titles({ kind: 'bin' })).toEqual(['old']);
    rmdirSync(copy);
    expect(await history.api.erase({ conversationId })).toEqual({ erased: 1 });
  });

  it('keeps for 30 days', async () => {
    const { conversationId } = await newChat('old');
    await history.api.remove({ conversationId });
    now += 30 * day - 1000;
    await close();
    await open();
    expect(await titles({ kind: 'bin' })).toEqual(['old']);
    now += 2000;
    await close();
    await open();
    expect(await titles({ kind: 'bin' })).toEqual([]);
    expect(await store.all('SELECT id FROM messages')).toEqual([]);
  });
});
