import { act, configure, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, test, vi } from 'vitest';
import type { SearchHit } from '../../../shared/contract/chat-history.ts';
import { ago, fakeAnswer, fakeConversation, fakeQuestion } from '../../testing/fake-data.ts';
import { createFakeApi } from '../../testing/fake-api.ts';
import { renderApp } from '../../testing/render-app.tsx';
import { words } from '../../words.ts';
import { markedText } from './search-hits.tsx';

// Whole pages, on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000 });
configure({ asyncUtilTimeout: 10_000 });

const hit = (changes: Partial<SearchHit>): SearchHit => ({
  conversationId: 'conversation-Paging',
  title: 'Paging',
  messageId: null,
  role: null,
  at: ago(60),
  snippet: 'Paging',
  marks: [],
  ...changes,
});

async function setUp() {
  const fake = createFakeApi();
  fake.world.chats.folders = [
    { id: 'work', name: 'Work' },
    { id: 'home', name: 'Home' },
  ];
  fake.world.conversations.set([
    fakeConversation('Paging', { isUnread: true }),
    fakeConversation('Pinned one', { pinnedAt: ago(10) }),
    fakeConversation('At work', { folderId: 'work' }),
    fakeConversation('Thrown away', { deletedAt: ago(86_400) }),
  ]);
  const { user } = renderApp({ fake, hash: '#/chat' });
  // The page is loaded when it is first gone to.
  await screen.findByRole('complementary', { name: words.chat.conversations }, { timeout: 15_000 });
  const list = () => within(screen.getByRole('complementary', { name: words.chat.conversations }));
  const choose = async (button: string, item: string) => {
    await user.click(await list().findByRole('button', { name: button }));
    await user.click(await screen.findByRole('menuitem', { name: item }));
  };
  return { fake, user, list, choose };
}

test('pinned chats, folders and the rest stand under their names, and can be folded', async () => {
  const { user, list } = await setUp();
  await list().findByText('At work', {}, { timeout: 10_000 });
  expect(
    list()
      .getAllByRole('heading', { level: 2 })
      .map(({ textContent }) => textContent),
  ).toEqual(['Pinned1', 'Work1', 'Home0', 'Chats1']);
  expect(list().getByText(words.chat.folderEmpty)).toBeDefined();
  expect(list().queryByRole('link', { name: /Thrown away/ })).toBeNull();
  expect(list().getByRole('link', { name: /Paging/ }).textContent).toContain(words.chat.unread);
  await user.click(list().getByRole('button', { name: /Work/, expanded: true }));
  expect(list().queryByRole('link', { name: /At work/ })).toBeNull();
});

test('the arrows move between chats and headings', async () => {
  const { user, list } = await setUp();
  const link = await list().findByRole('link', { name: /At work/ });
  link.focus();
  await user.keyboard('{ArrowUp}');
  expect(document.activeElement?.textContent).toContain('Work');
  await user.keyboard('{ArrowDown}');
  expect(document.activeElement).toBe(link);
});

describe('a chat', () => {
  test('has a menu that opens and closes by key, and gives the focus back', async () => {
    const { user, list } = await setUp();
    const name = words.chat.conversationActions('Paging');
    const button = await list().findByRole('button', { name });
    button.focus();
    await user.keyboard('{ArrowDown}');
    const menu = await screen.findByRole('menu', { name });
    expect(within(menu).getByRole('menuitem', { name: words.chat.rename })).toBeDefined();
    await waitFor(() => expect(menu.contains(document.activeElement)).toBe(true));
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('menu')).toBeNull());
    expect(document.activeElement).toBe(button);
    expect(button.getAttribute('aria-expanded')).toBe('false');
  });

  test('is asked for when its row is pressed, once', async () => {
    const { fake, user, list } = await setUp();
    const link = await list().findByRole('link', { name: /Paging/ });
    const asked = () => fake.calls.filter(([name]) => name === 'chat.messages').length;
    fireEvent.pointerDown(link);
    await waitFor(() => expect(asked()).toBe(1));
    await user.click(link);
    await screen.findByRole('region', { name: words.chat.messages });
    expect(asked()).toBe(1);
  });

  test('is pinned, moved and exported', async () => {
    const { fake, user, choose } = await setUp();
    const more = words.chat.conversationActions('Paging');
    await choose(more, words.chat.pin);
    await waitFor(() =>
      expect(fake.calls).toContainEqual(['chat.pin', { conversationId: 'conversation-Paging', isPinned: true }]),
    );
    await choose(more, words.chat.move);
    await user.click(await screen.findByRole('radio', { name: 'Home' }));
    await user.click(screen.getByRole('button', { name: words.chat.moveHere }));
    await waitFor(() =>
      expect(fake.calls).toContainEqual([
        'chat.moveToFolder',
        { conversationId: 'conversation-Paging', folderId: 'home' },
      ]),
    );
    const saved: Blob[] = [];
    vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => {
      if (blob instanceof Blob) saved.push(blob);
      return 'blob:x';
    });
    fake.world.chats.exported = ['# Paging', '\n\nend'];
    await choose(more, words.chat.export);
    await user.click(await screen.findByRole('button', { name: words.chat.exportSave }));
    await waitFor(() => expect(saved).toHaveLength(1));
    expect(await saved[0]?.text()).toBe('# Paging\n\nend');
    vi.restoreAllMocks();
  });
});

test('folders are made, renamed, moved and removed', async () => {
  const { fake, user, choose } = await setUp();
  await choose(words.chat.listActions, words.chat.newFolder);
  await user.type(await screen.findByRole('textbox', { name: words.chat.folderName }), 'Ideas{Enter}');
  await waitFor(() => expect(fake.calls).toContainEqual(['chat.createFolder', { name: 'Ideas' }]));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  await choose(words.chat.folderActions('Home'), words.chat.folderUp);
  await waitFor(() => expect(fake.calls).toContainEqual(['chat.moveFolder', { folderId: 'home', beforeId: 'work' }]));
  await choose(words.chat.folderActions('Work'), words.chat.removeFolder);
  await waitFor(() => expect(fake.calls).toContainEqual(['chat.removeFolder', { folderId: 'work' }]));
});

test('what was deleted is brought back or erased from the bin, after a question', async () => {
  const { fake, user, list, choose } = await setUp();
  await choose(words.chat.listActions, words.chat.bin(1));
  const more = words.chat.conversationActions('Thrown away');
  await choose(more, words.chat.restore);
  await waitFor(() =>
    expect(fake.calls).toContainEqual(['chat.restore', { conversationId: 'conversation-Thrown away' }]),
  );
  await user.click(list().getByRole('button', { name: words.chat.emptyBin }));
  const question = within(await screen.findByRole('alertdialog'));
  expect(fake.calls.some(([operation]) => operation === 'chat.erase')).toBe(false);
  await user.click(question.getByRole('button', { name: words.chat.emptyBin }));
  await waitFor(() => expect(fake.calls).toContainEqual(['chat.erase', { conversationId: null }]));
  await user.click(list().getByRole('button', { name: words.chat.backToChats }));
  await list().findByRole('link', { name: /Paging/ });
});

test('what was erased is not offered back by the notice of its deletion', async () => {
  const { fake, user, list, choose } = await setUp();
  await choose(words.chat.conversationActions('Paging'), words.chat.remove);
  await screen.findByRole('button', { name: words.common.undo });
  await choose(words.chat.listActions, words.chat.bin(1));
  await user.click(list().getByRole('button', { name: words.chat.emptyBin }));
  const question = within(await screen.findByRole('alertdialog'));
  await user.click(question.getByRole('button', { name: words.chat.emptyBin }));
  await waitFor(() => expect(fake.calls).toContainEqual(['chat.erase', { conversationId: null }]));
  await waitFor(() => expect(screen.queryByRole('button', { name: words.common.undo })).toBeNull());
});

test('search shows where the words stand, and goes there', async () => {
  const { fake, user, list } = await setUp();
  fake.world.chats.hits = [
    hit({ marks: [{ from: 0, length: 4 }] }),
    hit({ messageId: 'm1', role: 'assistant', snippet: 'a <b>page</b> of memory', marks: [{ from: 5, length: 4 }] }),
  ];
  await user.type(await list().findByRole('searchbox', { name: words.chat.search }), 'page');
  const found = await list().findByRole('list', { name: words.chat.searchResults });
  // What a chat says is text, whatever it looks like.
  expect(found.querySelector('b')).toBeNull();
  expect([...found.querySelectorAll('mark')].map(({ textContent }) => textContent)).toEqual(['Pagi', 'page']);
  await user.click(within(found).getByRole('link', { name: /of memory/ }));
  await waitFor(() => expect(fake.calls).toContainEqual(['chat.choose', { messageId: 'm1' }]));
  await waitFor(() => expect(window.location.hash).toBe('#/chat/conversation-Paging'));
  fake.world.chats.hits = [];
  await user.clear(list().getByRole('searchbox'));
  await user.type(list().getByRole('searchbox'), 'nowhere');
  await list().findByText(words.chat.noMatch('nowhere'));
});

test('a file is imported in pieces, and what was skipped is named', async () => {
  const { fake, list } = await setUp();
  fake.world.chats.outcome = {
    imported: [{ conversationId: 'conversation-Paging', title: 'Paging', messages: 2 }],
    skipped: [{ name: 'Broken, message 3', reason: 'It cannot be read.' }],
    skippedCount: 1,
  };
  const input = await list().findByLabelText(words.chat.importFile);
  const file = new File(['x'.repeat(1_500_000)], 'chats.json', { type: 'application/json' });
  fireEvent.change(input, { target: { files: [file] } });
  const dialog = within(await screen.findByRole('dialog', { name: words.chat.imported(1) }));
  expect(dialog.getByText(/Broken, message 3/)).toBeDefined();
  const parts = fake.calls.flatMap(([operation, part]) => (operation === 'chat.import' ? [part] : []));
  expect(parts).toMatchObject([
    { importId: null, isLast: false },
    { importId: 'import-new', isLast: true },
  ]);
});

test('a long list reads and draws what can be seen', async () => {
  const { fake, list } = await setUp();
  fake.world.chats.folders = [];
  act(() => fake.world.conversations.set(Array.from({ length: 1_000 }, (_, index) => fakeConversation(`n${index}`))));
  await list().findByText('n0', {}, { timeout: 10_000 });
  expect(list().getAllByRole('listitem').length).toBeLessThan(60);
  expect(list().getAllByRole('listitem')[0]?.getAttribute('aria-setsize')).toBe('1000');
});

test('versions are walked from a message, and what is held of the path is read anew', async () => {
  const { fake, user, list } = await setUp();
  const question = fakeQuestion('conversation-Paging', 'How?');
  const answer = fakeAnswer('conversation-Paging', 'Like this.');
  fake.world.messages = [question, answer];
  fake.world.chats.versions = { [question.id]: ['older', question.id, 'newer'] };
  await user.click(await list().findByRole('link', { name: /Paging/ }));
  const walker = within(await screen.findByRole('group', { name: words.chat.versionOf(2, 3) }));
  await user.click(walker.getByRole('button', { name: words.chat.earlierVersion }));
  await waitFor(() => expect(fake.calls).toContainEqual(['chat.choose', { messageId: 'older' }]));
});

test('marks lie apart, in order, over any letters', () => {
  expect(markedText({ snippet: '在内存中', marks: [{ from: 1, length: 2 }] })).toHaveLength(3);
  expect(markedText({ snippet: '', marks: [] })).toEqual([]);
});
