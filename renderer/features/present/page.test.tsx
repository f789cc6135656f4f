import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import { createFakeApi, type FakeApi } from '../../testing/fake-api.ts';
import {
  fakeAnswer,
  fakeConversation,
  fakeDelta,
  fakeJob,
  fakeNim,
  fakeQuestion,
  fakeSettings,
  idOf,
  noTiming,
} from '../../testing/fake-data.ts';
import { fakeTarget, noTargets } from '../../testing/fake-asking.ts';
import { renderApp } from '../../testing/render-app.tsx';
import { showToast } from '../../ui/toast.tsx';
import { words } from '../../words.ts';

const { present } = words;
const paging = 'conversation-Paging';
const prompts = ['What is paged attention?', 'Write a limerick about GPUs.'];

function stage(settings = {}): FakeApi {
  const fake = createFakeApi();
  fake.world.nims.set({ isKnown: true, nims: [fakeNim('stage')] });
  fake.world.targets.set({
    targets: [fakeTarget(fakeNim('stage'))],
    hosted: { key: null, keyHint: null, isLive: false, failure: null },
    addresses: [],
  });
  fake.world.settings.set(fakeSettings({ preparedPrompts: prompts, ...settings }));
  return fake;
}

async function open(fake: FakeApi, hash = '#/present') {
  const rendered = renderApp({ fake, hash });
  await screen.findByRole('heading', { level: 1, name: 'stage' });
  return rendered;
}

/** The head of the page, by the heading in it. */
function bar() {
  const header = screen.getByRole('heading', { level: 1 }).closest('header');
  if (header === null) throw new Error('the heading stands outside of the head');
  return within(header);
}

const sends = (fake: FakeApi) =>
  fake.calls.filter(([operation]) => operation === 'chat.send').map(([, input]) => input);

test('what is said meanwhile is told afterwards, and core knows that the desktop must wait, too', async () => {
  const fake = stage();
  const job = fakeJob('secret');
  fake.world.jobs.set([job]);
  const { user } = renderApp({ fake, hash: '#/settings' });
  await screen.findByRole('button', { name: /^1 job running/ });
  act(() => {
    window.location.hash = '#/present';
  });
  await screen.findByRole('heading', { level: 1, name: 'stage' });
  await waitFor(() => expect(fake.calls.map(([operation]) => operation)).toContain('app.present'));
  act(() => fake.world.jobs.set([{ ...job, state: 'done' }]));
  act(() => showToast({ title: 'said meanwhile' }));
  const ended = words.jobs.done.pull(job.title);
  await act(() => Promise.resolve());
  expect(screen.queryByText(ended)).toBeNull();
  expect(screen.queryByText('said meanwhile')).toBeNull();
  await user.click(screen.getByRole('button', { name: new RegExp(`^${present.leave}`) }));
  await screen.findByText(ended);
  await screen.findByText('said meanwhile');
});

describe('before an audience', () => {
  test('there is the model, the prompts, and nothing of the frame', async () => {
    const fake = stage();
    await open(fake);
    expect(screen.queryByRole('navigation')).toBeNull();
    expect(screen.queryByRole('contentinfo', { name: words.shell.status })).toBeNull();
    expect(screen.getByText(present.emptyTitle('stage'))).toBeDefined();
    expect(document.documentElement.dataset['presenting']).toBe('normal');
    expect(document.title).toBe(words.common.appName);
  });

  test('a key sends its prompt, once, and the conversation it begins is shown', async () => {
    const fake = stage();
    const { user } = await open(fake);
    await screen.findByRole('list', { name: present.prompts });
    await user.keyboard('2');
    await waitFor(() => expect(sends(fake)).toHaveLength(1));
    expect(sends(fake)[0]).toMatchObject({
      conversationId: null,
      text: prompts[1],
      target: { kind: 'nim', nimId: idOf('stage') },
    });
    await waitFor(() => expect(window.location.hash).toBe('#/present/conversation-new'));
    await screen.findByText(`· ${present.sent}`);
    await user.keyboard('7');
    expect(sends(fake)).toHaveLength(1);
  });

  test('a key while an answer is written waits for its end', async () => {
    const fake = stage();
    fake.world.conversations.set([fakeConversation('Paging')]);
    fake.world.messages = [
      fakeQuestion(paging, 'Why?'),
      fakeAnswer(paging, 'Because', { turn: { state: 'streaming' } }),
    ];
    const { user } = await open(fake, '#/present/conversation-Paging');
    await screen.findByText('Why?');
    await user.keyboard('1');
    await screen.findByText(`· ${present.next}`);
    expect(sends(fake)).toHaveLength(0);
    act(() =>
      fake.world.turn.set({
        textFrom: 0,
        text: 'Because of blocks.',
        reasoningFrom: 0,
        reasoning: '',
        toolCalls: [],
        state: 'done',
        model: 'm',
        finishReason: 'stop',
        timing: noTiming,
        failure: null,
        validation: null,
      }),
    );
    await waitFor(() => expect(sends(fake)).toHaveLength(1));
    expect(sends(fake)[0]).toMatchObject({ conversationId: 'conversation-Paging', text: prompts[0] });
  });

  test('digits are typed in the field; Esc leads out of it, and then away', async () => {
    const fake = stage();
    const { user } = await open(fake);
    const field = await screen.findByRole('textbox', { name: present.composer });
    await user.click(field);
    await user.keyboard('12{Escape}');
    expect(field).toHaveProperty('value', '12');
    expect(sends(fake)).toHaveLength(0);
    expect(window.location.hash).toBe('#/present');
    await user.keyboard('{Escape}');
    await waitFor(() => expect(window.location.hash).toBe('#/chat'));
    expect(document.documentElement.dataset['presenting']).toBeUndefined();
  });

  test('shortcuts that would show something else do nothing', async () => {
    const { user } = await open(stage());
    await user.keyboard('{Control>}k{/Control}{Control>}j{/Control}{Control>}1{/Control}?');
    expect(window.location.hash).toBe('#/present');
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  test('a new audience sees nothing of the last one', async () => {
    const fake = stage();
    fake.world.conversations.set([fakeConversation('Paging')]);
    fake.world.messages = [fakeQuestion(paging, 'Why?'), fakeAnswer(paging, 'Because of blocks.')];
    const { user } = await open(fake, '#/present/conversation-Paging');
    await screen.findByText('Because of blocks.');
    await user.keyboard('{Control>}n{/Control}');
    await waitFor(() => expect(window.location.hash).toBe(`#/present/new/${idOf('stage')}`));
    expect(screen.queryByText('Because of blocks.')).toBeNull();
    expect(screen.queryByText(`· ${present.sent}`)).toBeNull();
    expect(fake.calls.some(([operation]) => operation === 'chat.remove')).toBe(false);
  });

  test('a failure is said without its details', async () => {
    const fake = stage();
    fake.failWith('chat.send', new AppError('NIM_NOT_READY', 'http://127.0.0.1:8000 of /home/ada/secret is gone.'));
    const { user, container } = await open(fake);
    await screen.findByRole('list', { name: present.prompts });
    await user.keyboard('1');
    await screen.findByText(present.notSent);
    expect(container.textContent).not.toContain('/home/ada');
  });

  test('a written question that could not be sent is there again', async () => {
    const fake = stage();
    fake.failWith('chat.send', new AppError('NIM_NOT_READY', ''));
    const { user } = await open(fake);
    const field = await screen.findByRole('textbox', { name: present.composer });
    await user.type(field, 'What is paged attention?{Enter}');
    await screen.findByText(present.notSent);
    await waitFor(() => expect(field).toHaveProperty('value', 'What is paged attention?'));
  });

  test('where the one who answered has gone, its name stays and what is written is kept, also for the chat', async () => {
    const fake = stage();
    fake.world.conversations.set([fakeConversation('Paging')]);
    fake.world.messages = [fakeQuestion(paging, 'Why?'), fakeAnswer(paging, 'Because of blocks.')];
    const exited = { ...fakeNim('stage'), status: 'exited' } as const;
    fake.world.targets.set({ ...noTargets, targets: [{ ...fakeTarget(exited), state: 'startable' }] });
    const { user } = await open(fake, `#/present/new/${idOf('stage')}`);
    await screen.findByText(words.chat.nimNotReady('stage', words.running.statuses.exited));
    const field = screen.getByRole('textbox', { name: present.composer });
    await user.type(field, 'And now?{Enter}');
    expect(field).toHaveProperty('value', 'And now?');
    expect(document.activeElement).toBe(field);
    expect(sends(fake)).toEqual([]);
    await user.click(screen.getByRole('button', { name: words.asking.startNamed('stage') }));
    expect(fake.calls).toContainEqual(['nims.start', { nimId: idOf('stage') }]);
    // The key comes twice before the page has gone.
    fireEvent.keyDown(document.body, { key: 'Escape' });
    fireEvent.keyDown(document.body, { key: 'Escape' });
    expect(await screen.findByRole('textbox', { name: words.chat.composer })).toHaveProperty('value', 'And now?');
  });

  test('the room reads how it stands, in a word and with the speed', async () => {
    const fake = stage();
    fake.world.conversations.set([fakeConversation('Paging')]);
    fake.world.messages = [fakeQuestion(paging, 'Why?'), fakeAnswer(paging, '', { turn: { state: 'waiting' } })];
    const { room, aboutSpeed, lastSpeed } = present;
    await open(fake, '#/present/conversation-Paging');
    const banner = bar();
    await banner.findByText(room.moment);
    const timing = { ...noTiming, pieces: 22, piecesMs: 500 };
    act(() => fake.world.turn.set(fakeDelta({ text: 'Because', state: 'streaming', timing })));
    expect((await banner.findByText(room.answering)).textContent).toBe(`${room.answering} · ${aboutSpeed(42)}`);
    const measured = { ...timing, tokensPerSecond: 41.7 };
    act(() => fake.world.turn.set(fakeDelta({ text: 'Because of blocks.', state: 'done', timing: measured })));
    expect((await banner.findByText(room.ready)).textContent).toBe(`${room.ready} · ${lastSpeed(42)}`);
  });

  test('a model that starts is said to start, and one that is gone is not mourned before the audience', async () => {
    const fake = stage();
    const nim = fakeNim('stage');
    const starting = { ...nim, status: 'starting' } as const;
    fake.world.targets.set({ ...noTargets, targets: [fakeTarget(starting)] });
    renderApp({ fake, hash: '#/present' });
    await screen.findByText(present.room.starting);
    act(() => fake.world.targets.set({ ...noTargets, targets: [] }));
    await screen.findByText(present.room.none);
  });

  test('while nothing is prepared there are questions to begin with, and the way to prompts of one’s own', async () => {
    const fake = stage({ preparedPrompts: [] });
    const { user } = await open(fake);
    const starters = within(await screen.findByRole('list', { name: present.starters }));
    expect(starters.getAllByRole('button')).toHaveLength(present.examples.length);
    await user.click(screen.getByRole('button', { name: present.prepareOwn }));
    const drawer = await screen.findByRole('dialog', { name: present.setUp });
    await user.click(within(drawer).getByRole('button', { name: present.addExamples }));
    await user.click(within(drawer).getByRole('button', { name: words.common.save }));
    await waitFor(() => expect(fake.calls).toContainEqual(['settings.update', { preparedPrompts: present.examples }]));
  });

  test('a question to begin with is sent as it stands', async () => {
    const fake = stage({ preparedPrompts: [] });
    const { user } = await open(fake);
    const [first = ''] = present.examples;
    await user.click(await screen.findByRole('button', { name: first }));
    await waitFor(() => expect(sends(fake)).toMatchObject([{ text: first }]));
  });

  test('the bar says in words what its buttons do', async () => {
    await open(stage());
    const banner = bar();
    for (const word of [present.setUp, present.newAudience, present.leave]) {
      const button = banner.getByRole('button', { name: new RegExp(`^${word}`) });
      expect(button.textContent).toBe(word);
    }
  });

  test('with single characters switched off the buttons still send', async () => {
    const fake = stage({ hasCharacterKeys: false });
    const { user } = await open(fake);
    await user.keyboard('1');
    await user.click(await screen.findByRole('button', { name: new RegExp(prompts[0] ?? '') }));
    await waitFor(() => expect(sends(fake)).toHaveLength(1));
  });
});

test('prompts are prepared in the drawer: another one, another order', async () => {
  const fake = stage();
  const { user } = await open(fake);
  await user.click(screen.getByRole('button', { name: present.setUp }));
  const drawer = await screen.findByRole('dialog', { name: present.setUp });
  await user.click(within(drawer).getByRole('button', { name: present.up(2) }));
  await user.click(within(drawer).getByRole('button', { name: present.add }));
  await user.type(within(drawer).getByRole('textbox', { name: present.prompt(3) }), 'Third 3');
  expect(sends(fake)).toHaveLength(0);
  await user.click(within(drawer).getByRole('button', { name: words.common.save }));
  await waitFor(() =>
    expect(fake.calls).toContainEqual(['settings.update', { preparedPrompts: [prompts[1], prompts[0], 'Third 3'] }]),
  );
});
