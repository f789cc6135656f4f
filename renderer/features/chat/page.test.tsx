import { act, configure, screen, waitFor } from '@testing-library/react';
import { describe, expect, test, vi } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import { createFakeApi } from '../../testing/fake-api.ts';
import {
  ago,
  fakeAnswer,
  fakeConversation,
  fakeDelta,
  fakeNim,
  fakeQuestion,
  noTiming,
} from '../../testing/fake-data.ts';
import { renderApp, renderPart } from '../../testing/render-app.tsx';
import { watchable } from '../../testing/watchable.ts';
import { words } from '../../words.ts';
import { timingFacts } from './answer-footer.tsx';
import { parseNumber } from './parameter-draft.ts';
import { writtenTo } from './refresh-chats.ts';
import { Stall, Waiting } from './stall.tsx';
import { append } from './turns.ts';

// The page is loaded when it is first gone to, on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000 });
configure({ asyncUtilTimeout: 10_000 });

const conversation = fakeConversation('Paging');
const address = `#/chat/${conversation.id}`;

function withChat() {
  const fake = createFakeApi();
  fake.world.nims.set({ isKnown: true, nims: [fakeNim('llama-3.1-8b-instruct')] });
  fake.world.conversations.set([conversation]);
  fake.world.messages = [
    fakeQuestion(conversation.id, 'How?'),
    fakeAnswer(conversation.id, 'Like **this**.', { reasoning: 'I think.' }),
  ];
  return fake;
}

function withOpenTurn() {
  const fake = withChat();
  fake.world.messages = [
    fakeQuestion(conversation.id, 'How?'),
    fakeAnswer(conversation.id, 'Stored ', { turn: { id: 'turn-1', state: 'streaming', timing: noTiming } }),
  ];
  return fake;
}

const follows = (calls: [string, unknown][]) =>
  calls.filter(([operation]) => operation === 'chat.follow').map(([, input]) => input);

describe('states', () => {
  test('loading', async () => {
    const fake = withChat();
    fake.world.conversations = watchable();
    const release = fake.hold('chat.messages');
    renderApp({ fake, hash: address });
    await screen.findByLabelText(words.chat.composer);
    expect(screen.getAllByText(words.common.loading).length).toBeGreaterThan(1);
    release();
    await screen.findByText('How?');
  });

  test('no NIM: what to do first, and nothing can be sent', async () => {
    const { user } = renderApp({ hash: '#/chat' });
    await screen.findByRole('link', { name: words.chat.chooseModel });
    await user.type(screen.getByLabelText(words.chat.composer), 'hello');
    expect(screen.getByRole('button', { name: words.chat.send }).hasAttribute('disabled')).toBe(true);
    expect(await screen.findByText(words.chat.noConversations)).toBeDefined();
  });

  test('a NIM that is not ready is named, with its state', async () => {
    const fake = withChat();
    fake.world.nims.set({ isKnown: true, nims: [fakeNim('llama-3.1-8b-instruct', { status: 'starting' })] });
    renderApp({ fake, hash: address });
    await screen.findByText(words.chat.nimNotReady('llama-3.1-8b-instruct', 'Starting'));
  });

  test('messages that cannot be read are a card with another try', async () => {
    const fake = withChat();
    fake.failWith('chat.messages', new AppError('NOT_FOUND', 'It was removed.'));
    renderApp({ fake, hash: address });
    expect((await screen.findByRole('alert')).textContent).toContain('It was removed.');
  });
});

describe('a conversation', () => {
  test('shows Markdown, reasoning on request, and what was measured', async () => {
    const { user } = renderApp({ fake: withChat(), hash: address });
    expect((await screen.findByText('this')).tagName).toBe('STRONG');
    expect(screen.getByText('118 tokens/s')).toBeDefined();
    expect(screen.getByText('first token 84 ms')).toBeDefined();
    expect(screen.queryByText('I think.')).toBeNull();
    await user.click(screen.getByRole('button', { name: words.chat.reasoning }));
    expect(screen.getByText('I think.')).toBeDefined();
  });

  test('links lead out over https only; pictures and HTML of an answer are text', async () => {
    const fake = withChat();
    fake.world.messages = [
      fakeAnswer(
        conversation.id,
        '[out](https://example.com) [bad](javascript:alert(1)) [plain](http://example.com) ![pixel](https://example.com/p.png) <img src="https://example.com/q.png">',
      ),
    ];
    const { container } = renderApp({ fake, hash: address });
    const link = await screen.findByRole('link', { name: 'out' });
    expect(link.getAttribute('target')).toBe('_blank');
    expect(link.getAttribute('rel')).toContain('noopener');
    expect(screen.queryByRole('link', { name: 'bad' })).toBeNull();
    expect(screen.queryByRole('link', { name: 'plain' })).toBeNull();
    expect(container.querySelectorAll('img')).toHaveLength(0);
    expect(screen.getByText(/<img src=/)).toBeDefined();
  });

  test('is renamed; deleted at once, and brought back', async () => {
    const fake = withChat();
    const { user } = renderApp({ fake, hash: address });
    await user.click(await screen.findByRole('button', { name: words.chat.conversationActions('Paging') }));
    await user.click(await screen.findByRole('menuitem', { name: words.chat.rename }));
    const field = await screen.findByRole('textbox', { name: words.chat.renameLabel });
    await user.clear(field);
    await user.type(field, 'Blocks{Enter}');
    await waitFor(() =>
      expect(fake.calls).toContainEqual(['chat.rename', { conversationId: conversation.id, title: 'Blocks' }]),
    );
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    await user.click(screen.getByRole('button', { name: words.chat.conversationActions('Paging') }));
    await user.click(await screen.findByRole('menuitem', { name: words.chat.remove }));
    await waitFor(() => expect(window.location.hash).toBe('#/chat'));
    expect(fake.calls).toContainEqual(['chat.remove', { conversationId: conversation.id }]);
    await user.click(await screen.findByRole('button', { name: words.common.undo }));
    await waitFor(() => expect(fake.calls).toContainEqual(['chat.restore', { conversationId: conversation.id }]));
    await waitFor(() => expect(window.location.hash).toBe(address));
    // Undone once: the notice must not offer it again.
    await waitFor(() => expect(screen.queryByRole('button', { name: words.common.undo })).toBeNull());
  });

  test('is deleted by its keys, from the text field as well', async () => {
    const fake = withChat();
    const { user } = renderApp({ fake, hash: address });
    await screen.findByText('How?');
    await user.click(screen.getByLabelText(words.chat.composer));
    await user.keyboard('{Control>}{Shift>}{Backspace}{/Shift}{/Control}');
    await waitFor(() => expect(fake.calls).toContainEqual(['chat.remove', { conversationId: conversation.id }]));
  });

  test('on a new chat there is nothing to delete', async () => {
    const { user, fake } = renderApp({ fake: withChat(), hash: '#/chat' });
    await user.click(await screen.findByLabelText(words.chat.composer));
    await user.keyboard('{Control>}{Shift>}{Backspace}{/Shift}{/Control}');
    expect(fake.calls.some(([operation]) => operation === 'chat.remove')).toBe(false);
  });

  test('is read again when another window has written to it, and only then', async () => {
    const fake = withChat();
    renderApp({ fake, hash: address });
    await screen.findByText('How?');
    const asked = () => fake.calls.filter(([operation]) => operation === 'chat.messages').length;
    const before = asked();
    const other = fakeConversation('Other');
    act(() => fake.world.conversations.set([conversation, other]));
    await screen.findByText('Other');
    expect(asked()).toBe(before);
    fake.world.messages = [...fake.world.messages, fakeQuestion(conversation.id, 'From over there')];
    act(() => fake.world.conversations.set([{ ...conversation, updatedAt: ago(0) }, other]));
    await screen.findByText('From over there');
    expect(asked()).toBe(before + 1);
  });
});

describe('sending', () => {
  test('a new conversation gets its address; its parameters go with it', async () => {
    const fake = withChat();
    fake.world.messages = [];
    const { user } = renderApp({ fake, hash: '#/chat' });
    await user.click(await screen.findByRole('button', { name: words.chat.parameters }));
    await user.type(await screen.findByRole('textbox', { name: words.chat.temperature }), '3');
    await user.click(screen.getByRole('button', { name: words.common.save }));
    expect(screen.getByText(words.chat.parameterErrors.temperature)).toBeDefined();
    await user.clear(screen.getByRole('textbox', { name: words.chat.temperature }));
    await user.type(screen.getByRole('textbox', { name: words.chat.temperature }), '0,2');
    await user.click(screen.getByRole('button', { name: words.common.save }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    const composer = screen.getByLabelText(words.chat.composer);
    await user.type(composer, 'one{Shift>}{Enter}{/Shift}two{Enter}');
    await waitFor(() => expect(window.location.hash).toBe('#/chat/conversation-new'));
    expect(fake.calls).toContainEqual([
      'chat.send',
      {
        conversationId: null,
        target: { kind: 'nim', nimId: fakeNim('llama-3.1-8b-instruct').id },
        text: 'one\ntwo',
        parameters: { systemPrompt: null, temperature: 0.2, topP: null, maxTokens: null },
      },
    ]);
    expect(screen.getByLabelText(words.chat.composer)).toHaveProperty('value', '');
  });

  test('what was asked stands there from the reply itself: no message is read again, nor when the list tells', async () => {
    const fake = withChat();
    const { user } = renderApp({ fake, hash: address });
    await screen.findByText('How?');
    const reads = () => fake.calls.filter(([operation]) => operation === 'chat.messages').length;
    const before = reads();
    const parentId = fake.world.messages.at(-1)?.id ?? null;
    const question = { ...fakeQuestion(conversation.id, 'And then?'), parentId };
    const answer = fakeAnswer(conversation.id, 'This.', { id: 'message-new', parentId: question.id });
    fake.world.messages = [...fake.world.messages, question, answer];
    await user.type(screen.getByLabelText(words.chat.composer), 'And then?{Enter}');
    await screen.findByText('This.');
    const updatedAt = answer.createdAt;
    act(() => fake.world.conversations.set([{ ...conversation, title: 'Told', updatedAt, leafId: answer.id }]));
    await screen.findAllByText('Told');
    expect(reads()).toBe(before);
  });

  test('what core refuses is a card, and the text stays', async () => {
    const fake = withChat();
    fake.failWith('chat.send', new AppError('NIM_NOT_READY', 'Still loading.'));
    const { user } = renderApp({ fake, hash: address });
    await user.type(await screen.findByLabelText(words.chat.composer), 'hello{Enter}');
    expect((await screen.findByRole('alert')).textContent).toContain('Still loading.');
    expect(screen.getByLabelText(words.chat.composer)).toHaveProperty('value', 'hello');
  });

  test('a draft waits while other pages are looked at', async () => {
    const { user } = renderApp({ fake: withChat(), hash: address });
    await user.type(await screen.findByLabelText(words.chat.composer), 'half a thought');
    await user.click(screen.getByRole('link', { name: words.pages.models }));
    await waitFor(() => expect(screen.queryByLabelText(words.chat.composer)).toBeNull());
    act(() => {
      window.location.hash = address;
    });
    expect(await screen.findByLabelText(words.chat.composer)).toHaveProperty('value', 'half a thought');
  });
});

describe('an answer under way', () => {
  test('goes on from what was stored, grows, and ends as the stored one', async () => {
    const fake = withOpenTurn();
    renderApp({ fake, hash: address });
    await waitFor(() => expect(fake.world.turn.readers()).toBe(1));
    expect(follows(fake.calls).at(-1)).toEqual({ turnId: 'turn-1', textFrom: 7, reasoningFrom: 0 });
    act(() => fake.world.turn.set(fakeDelta({ textFrom: 7, text: 'and **more' })));
    await screen.findByText(/Stored and/);
    act(() =>
      fake.world.turn.set(
        fakeDelta({
          textFrom: 17,
          text: '** of it',
          state: 'done',
          finishReason: 'length',
          timing: { ...noTiming, tokensPerSecond: 250 },
        }),
      ),
    );
    expect((await screen.findByText('more')).tagName).toBe('STRONG');
    await screen.findByText('250 tokens/s');
    expect(screen.getByText(words.chat.cutByLength)).toBeDefined();
    expect(screen.getByText(words.chat.announceDone)).toBeDefined();
    await waitFor(() => expect(fake.world.turn.readers()).toBe(0));
    await screen.findByText(/of it/);
  });

  test('is stopped by Esc from anywhere, and by its button', async () => {
    const fake = withOpenTurn();
    const { user } = renderApp({ fake, hash: address });
    await user.click(await screen.findByRole('button', { name: words.chat.stop }));
    await user.keyboard('{Escape}');
    await waitFor(() =>
      expect(fake.calls.filter(([operation]) => operation === 'chat.stop')).toEqual([
        ['chat.stop', { turnId: 'turn-1' }],
        ['chat.stop', { turnId: 'turn-1' }],
      ]),
    );
  });

  test('Esc in a dialog closes the dialog and stops nothing', async () => {
    const fake = withOpenTurn();
    const { user } = renderApp({ fake, hash: address });
    await user.click(await screen.findByRole('button', { name: words.chat.parameters }));
    await screen.findByRole('dialog', { name: words.chat.parameters });
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog', { name: words.chat.parameters })).toBeNull());
    expect(fake.calls.some(([operation]) => operation === 'chat.stop')).toBe(false);
  });

  test('leaving the page ends the reading, never the turn', async () => {
    const fake = withOpenTurn();
    const { user } = renderApp({ fake, hash: address });
    await waitFor(() => expect(fake.world.turn.readers()).toBe(1));
    await user.click(screen.getByRole('link', { name: words.pages.settings }));
    await waitFor(() => expect(fake.world.turn.readers()).toBe(0));
    expect(fake.calls.some(([operation]) => operation === 'chat.stop')).toBe(false);
  });

  test('goes on after a cut, from what the page has', async () => {
    const fake = withOpenTurn();
    const { connection } = renderApp({ fake, hash: address });
    await waitFor(() => expect(fake.world.turn.readers()).toBe(1));
    act(() => fake.world.turn.set(fakeDelta({ textFrom: 7, text: 'before ' })));
    await screen.findByText(/before/);
    act(() => connection.setState({ status: 'waiting', nextTryAt: Date.now() + 1000 }));
    fake.world.turn.fail(new AppError('DISCONNECTED', ''));
    await waitFor(() => expect(fake.world.turn.readers()).toBe(0));
    fake.world.turn.set(fakeDelta({ textFrom: 14, text: 'after' }));
    act(() => connection.setState({ status: 'connected' }));
    await screen.findByText(/before after/);
    expect(follows(fake.calls).at(-1)).toEqual({ turnId: 'turn-1', textFrom: 14, reasoningFrom: 0 });
  });

  test('a question whose answer broke off can be asked again, and stopping keeps the focus', async () => {
    const fake = withOpenTurn();
    const { user } = renderApp({ fake, hash: address });
    await user.click(await screen.findByRole('button', { name: words.chat.stop }));
    expect(document.activeElement).toBe(screen.getByLabelText(words.chat.composer));
    expect(screen.queryByRole('button', { name: words.chat.askAgain })).toBeNull();
    fake.world.messages = fake.world.messages.map((message) =>
      message.turn === null ? message : { ...message, turn: { ...message.turn, state: 'failed' } },
    );
    act(() => fake.world.turn.set(fakeDelta({ textFrom: 7, text: 'half', state: 'failed' })));
    await user.click(await screen.findByRole('button', { name: words.chat.askAgain }));
    await waitFor(() => expect(fake.calls.some(([operation]) => operation === 'chat.answerAgain')).toBe(true));
    const question = fake.world.messages.find(({ role }) => role === 'user')?.id;
    expect(fake.calls.find(([operation]) => operation === 'chat.answerAgain')?.[1]).toMatchObject({
      parentId: question,
    });
  });

  test('a failure is a card under what had arrived', async () => {
    const fake = withOpenTurn();
    renderApp({ fake, hash: address });
    await waitFor(() => expect(fake.world.turn.readers()).toBe(1));
    act(() =>
      fake.world.turn.set(
        fakeDelta({
          textFrom: 7,
          text: 'half',
          state: 'failed',
          failure: { code: 'STREAM_BROKEN', message: 'Cut after 4 tokens.' },
        }),
      ),
    );
    expect((await screen.findByRole('alert')).textContent).toContain('Cut after 4 tokens.');
    await screen.findByText(/Stored half/);
  });
});

test('an answer that stands still says so, once to those who listen', async () => {
  vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] });
  try {
    const since = Date.now();
    const { rerender } = renderPart(<Stall since={since} />);
    expect(screen.getByRole('status').textContent).toBe('');
    act(() => {
      vi.advanceTimersByTime(11_000);
    });
    expect(screen.getByRole('status').textContent).toBe(words.chat.stalled);
    expect(screen.getByText(words.chat.stalledFor('11 s')).getAttribute('aria-hidden')).toBe('true');
    rerender(<Stall since={since + 11_000} />);
    expect(screen.getByRole('status').textContent).toBe('');
  } finally {
    vi.useRealTimers();
  }
});

test('before the first token the time is said once it is worth a thought', () => {
  vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] });
  try {
    renderPart(<Waiting since={Date.now()} />);
    screen.getByText(words.chat.waiting);
    act(() => {
      vi.advanceTimersByTime(7_000);
    });
    screen.getByText(words.chat.waitingFor('7 s'));
  } finally {
    vi.useRealTimers();
  }
});

test('writtenTo finds what was written to, or is new', () => {
  const [a, b] = [fakeConversation('a'), fakeConversation('b')];
  expect(
    writtenTo(
      [a, b],
      [
        { ...a, updatedAt: ago(0) },
        { ...b, title: 'c' },
      ],
    ),
  ).toMatchObject([{ id: a.id }]);
  expect(writtenTo([a], [a, b])).toEqual([b]);
  expect(writtenTo([a, b], [a])).toEqual([]);
});

test('append never says anything twice', () => {
  expect(append('abc', 3, 'd')).toBe('abcd');
  expect(append('abcd', 2, 'cde')).toBe('abcde');
});

test('timingFacts says only what is known', () => {
  expect(timingFacts(noTiming)).toEqual([]);
  expect(timingFacts({ ...noTiming, ttftMs: 1234, tokensPerSecond: 9.96, completionTokens: 1 })).toEqual([
    'first token 1.23 s',
    '10.0 tokens/s',
    '1 token',
  ]);
});

test.each([
  ['', { value: null }],
  ['0', { value: 0 }],
  ['1,5', { value: 1.5 }],
  ['2.1', 'wrong'],
  ['-1', 'wrong'],
  ['1e1', 'wrong'],
] as const)('a temperature of “%s”', (text, parsed) => expect(parseNumber(text, { from: 0, to: 2 })).toEqual(parsed));
