import { act, configure, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createFakeApi } from '../../testing/fake-api.ts';
import { fakeAnswer, fakeConversation, fakeDelta, fakeNim, fakeQuestion, noTiming } from '../../testing/fake-data.ts';
import { createSight, type Sight } from '../../testing/sight.ts';
import { renderApp } from '../../testing/render-app.tsx';
import { words } from '../../words.ts';

// The page is loaded when it is first gone to, on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000 });
configure({ asyncUtilTimeout: 10_000 });

const conversation = fakeConversation('Long');
const address = `#/chat/${conversation.id}`;
let sight: Sight;
beforeEach(() => {
  sight = createSight();
});
afterEach(() => sight[Symbol.dispose]());

/** Questions and answers in turn. */
function withChat(count: number) {
  const fake = createFakeApi();
  fake.world.nims.set({ isKnown: true, nims: [fakeNim('llama-3.1-8b-instruct')] });
  fake.world.conversations.set([conversation]);
  fake.world.messages = Array.from({ length: count }, (_, index) => ({
    ...(index % 2 === 0
      ? fakeQuestion(conversation.id, `question ${index}`)
      : fakeAnswer(conversation.id, `answer **${index}** ${'and so on '.repeat(100)}`)),
    id: `message-${index}`,
  }));
  return fake;
}

const list = () => screen.getByRole('region', { name: words.chat.messages });
const held = () => [...list().querySelectorAll('li')];
/** Drawn answers can be copied; others are text only. */
const drawn = () => screen.queryAllByRole('button', { name: words.chat.copyAnswer }).length;
const itemOf = (index: number) => list().querySelector<HTMLElement>(`[data-message="message-${index}"]`);
const windows = (calls: readonly [string, unknown][]) => calls.filter(([operation]) => operation === 'chat.messages');

describe('a long chat', () => {
  test('draws the end of thousands of messages; the others held are text, and a list says how many there are', async () => {
    renderApp({ fake: withChat(4_000), hash: address });
    await screen.findByText('3999');
    expect(held()).toHaveLength(30);
    expect(drawn()).toBeLessThan(4);
    expect(itemOf(3_971)?.textContent).toContain('answer **3971** and so on');
    expect(held()[0]?.getAttribute('aria-posinset')).toBe('3971');
    expect(held()[0]?.getAttribute('aria-setsize')).toBe('4000');
  });

  test('draws what comes near to sight, and gives it up far away, unless somebody is in it', async () => {
    const { user } = renderApp({ fake: withChat(30), hash: address });
    await screen.findByText('29');
    act(() => sight.near(itemOf(1), itemOf(3)));
    await waitFor(() => expect(itemOf(3)?.querySelector('strong')?.textContent).toBe('3'));
    const first = itemOf(1)?.querySelector<HTMLElement>('button');
    act(() => first?.focus());
    act(() => sight.far(itemOf(1), itemOf(3)));
    expect(itemOf(3)?.querySelector('strong')).toBeNull();
    expect(document.activeElement).toBe(first);
    await user.tab();
    act(() => sight.far(itemOf(1)));
    expect(itemOf(1)?.querySelector('strong')).not.toBeNull();
  });

  test('what is read stays where it is when earlier ones come in', async () => {
    const fake = withChat(200);
    renderApp({ fake, hash: address });
    await screen.findByText('199');
    sight.heightOf(list(), () => held().length * 100, 500);
    sight.stacked(list(), held, 100);
    list().scrollTop = 5_500;
    act(() => sight.scrolled(list()));
    list().scrollTop = 1_000;
    act(() => sight.scrolled(list()));
    expect(screen.getByRole('button', { name: words.chat.toEnd })).toBeDefined();
    act(() => sight.near(screen.getByRole('button', { name: words.chat.earlierMessages(170) }).parentElement));
    await waitFor(() => expect(held()).toHaveLength(90));
    expect(list().scrollTop).toBe(7_000);
    expect(windows(fake.calls).at(-1)?.[1]).toMatchObject({ from: 110, count: 60 });
    // One above gets another height, and the browser has not moved anything by itself.
    sight.stacked(list(), held, 100, { index: 3, height: 250 });
    act(() => sight.resized());
    expect(list().scrollTop).toBe(7_150);
  });

  test('End goes to the newest at once, and what comes is followed again', async () => {
    const { user } = renderApp({ fake: withChat(60), hash: address });
    await screen.findByText('59');
    sight.heightOf(list(), () => held().length * 100, 500);
    list().scrollTop = 1_000;
    act(() => sight.scrolled(list()));
    list().scrollTop = 500;
    act(() => sight.scrolled(list()));
    expect(screen.getByRole('button', { name: words.chat.toEnd })).toBeDefined();
    act(() => list().focus());
    await user.keyboard('{End}');
    expect(list().scrollTop).toBe(held().length * 100);
    expect(screen.queryByRole('button', { name: words.chat.toEnd })).toBeNull();
  });

  test('Home goes to the first of all, not of those that were read', async () => {
    const { user } = renderApp({ fake: withChat(500), hash: address });
    await screen.findByText('499');
    sight.heightOf(list(), () => held().length * 100, 500);
    list().scrollTop = 5_500;
    act(() => list().focus());
    await user.keyboard('{Home}');
    await waitFor(() => expect(itemOf(0)).not.toBeNull());
    expect(held()).toHaveLength(500);
    expect(list().scrollTop).toBe(0);
    expect(screen.queryByRole('button', { name: /earlier message/ })).toBeNull();
  });
});

describe('the end', () => {
  test('is followed while an answer grows, until the reader goes up, and again when they are back', async () => {
    const fake = withChat(6);
    fake.world.messages = [
      ...fake.world.messages,
      fakeAnswer(conversation.id, 'so far', { turn: { id: 'turn-1', state: 'streaming', timing: noTiming } }),
    ];
    renderApp({ fake, hash: address });
    await waitFor(() => expect(fake.world.turn.readers()).toBe(1));
    let height = 2_000;
    sight.heightOf(list(), () => height, 500);
    const grow = (text: string) => {
      act(() => fake.world.turn.set(fakeDelta({ textFrom: 6, text })));
      height += 100;
      act(() => sight.resized());
    };
    grow(' one');
    expect(list().scrollTop).toBe(2_100);
    act(() => sight.scrolled(list()));
    list().scrollTop = 900;
    act(() => sight.scrolled(list()));
    grow(' two');
    expect(list().scrollTop).toBe(900);
    list().scrollTop = 1_700;
    act(() => sight.scrolled(list()));
    grow(' three');
    expect(list().scrollTop).toBe(2_300);
  });

  test('is not gone to when a version is walked; the focus stays on the arrows', async () => {
    const fake = withChat(6);
    const [question] = fake.world.messages;
    fake.world.chats.versions = { 'message-1': ['message-1', 'other-1'], 'other-1': ['message-1', 'other-1'] };
    const { user } = renderApp({ fake, hash: address });
    await screen.findByText('5');
    sight.heightOf(list(), () => 2_000, 500);
    list().scrollTop = 1_500;
    act(() => sight.scrolled(list()));
    list().scrollTop = 100;
    act(() => sight.scrolled(list()));
    act(() => sight.near(itemOf(1)));
    const later = await screen.findByRole('button', { name: words.chat.laterVersion });
    fake.world.messages = [
      ...(question === undefined ? [] : [question]),
      { ...fakeAnswer(conversation.id, 'the *other* one'), id: 'other-1' },
    ];
    await user.click(later);
    expect((await screen.findByText('other')).tagName).toBe('EM');
    expect(list().scrollTop).toBe(100);
    expect(document.activeElement).toBe(screen.getByRole('button', { name: words.chat.laterVersion }));
  });
});

test('a hit of a search is gone to, however far from the end, with what stands before it', async () => {
  const fake = withChat(500);
  fake.world.chats.hits = [
    {
      conversationId: conversation.id,
      title: conversation.title,
      messageId: 'message-100',
      role: 'user',
      at: conversation.updatedAt,
      snippet: 'question 100',
      marks: [{ from: 0, length: 8 }],
    },
  ];
  fake.api.chat.choose = async () => ({ conversationId: conversation.id, index: 100 });
  const { user } = renderApp({ fake, hash: '#/chat' });
  await user.type(await screen.findByRole('searchbox', { name: words.chat.search }), 'question');
  await user.click(await screen.findByText('100', { exact: false, selector: 'a *' }));
  await waitFor(() => expect(document.activeElement).toBe(itemOf(100)));
  expect(held()[0]?.dataset['message']).toBe('message-90');
  expect(held()).toHaveLength(410);
  expect(screen.getByRole('button', { name: words.chat.toEnd })).toBeDefined();
});
