import { act, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import { createFakeApi, type FakeApi } from '../../testing/fake-api.ts';
import { fakeConversation, fakeImage, fakeJob, fakeModel, fakeNim, idOf, signedIn } from '../../testing/fake-data.ts';
import { renderApp } from '../../testing/render-app.tsx';
import { words } from '../../words.ts';
import { shownResults } from './rank.ts';

const { commands } = words.palette;

function withEverything(): FakeApi {
  const fake = createFakeApi();
  fake.world.nims.set({ isKnown: true, nims: [fakeNim('stage'), fakeNim('spare', { status: 'stopped' })] });
  fake.world.images.set([fakeImage('nvcr.io/nim/meta/llama-3.1-8b-instruct:1.15.5')]);
  fake.world.catalog = {
    ...fake.world.catalog,
    models: [fakeModel('llama-3.1-8b-instruct'), fakeModel('nemotron-nano', { kind: 'embedding' })],
  };
  fake.world.conversations.set([fakeConversation('Paged attention')]);
  fake.world.jobs.set([fakeJob('gemma')]);
  return fake;
}

async function open(fake = withEverything(), hash = '#/settings') {
  const rendered = renderApp({ fake, hash });
  await waitFor(() => expect(fake.world.nims.readers()).toBe(1));
  await rendered.user.keyboard('{Control>}k{/Control}');
  const dialog = await screen.findByRole('dialog', { name: words.palette.title });
  const input = within(dialog).getByRole('combobox', { name: words.palette.input });
  const options = () => within(dialog).queryAllByRole('option');
  const labels = () => options().map((option) => option.querySelector('.truncate')?.textContent);
  return { ...rendered, fake, dialog, input, options, labels };
}

test('offers, before anything is typed, what can be done now', async () => {
  const { dialog, input, labels } = await open();
  expect(document.activeElement).toBe(input);
  expect(labels()).toEqual(
    expect.arrayContaining([
      commands.chatWith('stage'),
      commands.openNim('stage'),
      commands.start('spare'),
      commands.cancelJob('gemma'),
      commands.goTo(words.pages.models),
      commands.newChat,
      commands.signIn,
      'Paged attention',
    ]),
  );
  expect(within(dialog).getByRole('group', { name: words.palette.kinds.nim })).toBeDefined();
  const said = within(dialog)
    .getAllByRole('status')
    .map((status) => status.textContent);
  expect(said).toContain(words.palette.found(labels().length));
});

describe('finds and does', () => {
  const choose = async (query: string, fake = withEverything()) => {
    const opened = await open(fake);
    await opened.user.keyboard(query);
    return opened;
  };

  test.each([
    ['log stage', commands.openLog('stage'), `#/running/${idOf('stage')}/log`],
    ['paged', 'Paged attention', '#/chat/conversation-Paged%20attention'],
    ['api key', commands.setting(words.settings.sections.key), '#/settings/key'],
    ['go models', commands.goTo(words.pages.models), '#/models'],
  ])('“%s” leads there', async (query, label, hash) => {
    const { user, labels, dialog } = await choose(query);
    expect(labels()[0]).toBe(label);
    await user.keyboard('{Enter}');
    await waitFor(() => expect(window.location.hash).toBe(hash));
    await waitFor(() => expect(dialog.isConnected).toBe(false));
  });

  test.each([
    ['stop stage', 'nims.stop', { nimId: idOf('stage') }],
    ['start spare', 'nims.start', { nimId: idOf('spare') }],
    ['restart', 'nims.restart', { nimId: idOf('stage') }],
    ['pull nemotron', 'images.pull', { reference: 'nvcr.io/nim/meta/nemotron-nano:1.15.5' }],
    ['theme dark', 'settings.update', { theme: 'dark' }],
    ['container engine', 'engine.recheck', {}],
  ])('“%s” asks core', async (query, operation, input) => {
    const { user, fake } = await choose(query);
    await user.keyboard('{Enter}');
    await waitFor(() => expect(fake.calls).toContainEqual([operation, input]));
  });

  test('a NIM that is paused can be resumed', async () => {
    const fake = withEverything();
    fake.world.nims.set({ isKnown: true, nims: [fakeNim('cold', { status: 'paused' })] });
    const { user, labels } = await open(fake);
    await user.keyboard('resume');
    expect(labels()[0]).toBe(commands.resume('cold'));
    await user.keyboard('{Enter}');
    await waitFor(() => expect(fake.calls).toContainEqual(['nims.resume', { nimId: idOf('cold') }]));
  });

  test('a run opens its choices, and a model that is here is not pulled again', async () => {
    const { user, labels } = await choose('llama');
    expect(labels()).not.toContain(commands.pull('llama-3.1-8b-instruct'));
    expect(labels()).toContain(commands.run('llama-3.1-8b-instruct'));
    await user.clear(screen.getByRole('combobox'));
    await user.keyboard('run llama{Enter}');
    expect(await screen.findByRole('dialog', { name: /^Run llama/ })).toBeDefined();
  });

  test('a cancel that loses something is asked about first', async () => {
    const { user, fake } = await choose('cancel gemma{Enter}');
    const question = await screen.findByRole('alertdialog', { name: words.jobs.cancelQuestion.pull('gemma') });
    expect(fake.calls.some(([operation]) => operation === 'jobs.cancel')).toBe(false);
    await user.click(within(question).getByRole('button', { name: words.jobs.cancelConfirm.pull }));
    await waitFor(() => expect(fake.calls).toContainEqual(['jobs.cancel', { jobId: 'job-gemma' }]));
  });

  test('what core refuses is said', async () => {
    const fake = withEverything();
    fake.failWith('nims.stop', new AppError('ENGINE_LOST', 'It went away.'));
    await choose('stop stage{Enter}', fake);
    await screen.findAllByText(/It went away/);
  });

  test('nothing', async () => {
    const { dialog, options } = await choose('zzzz');
    expect(options()).toHaveLength(0);
    expect(within(dialog).getByText(words.palette.nothingHint('zzzz'))).toBeDefined();
  });
});

test('of two tags of one image each has its row, no row stays behind, and Enter runs the one that is chosen', async () => {
  const fake = withEverything();
  const llama = 'nvcr.io/nim/meta/llama-3.2-1b-instruct';
  fake.world.images.set([fakeImage(`${llama}:1.12.0`), fakeImage(`${llama}:1.8.0`)]);
  fake.world.catalog = {
    ...fake.world.catalog,
    models: [fakeModel('llama-3.2-1b-instruct', { tag: '1.12.0' }), fakeModel('llama-3.2-3b-instruct')],
  };
  const { user, labels, options, input } = await open(fake);
  const details = () => options().map((option) => option.querySelectorAll('.truncate')[1]?.textContent ?? '');
  await user.keyboard('run llama-3.2-1b');
  expect(details().filter((detail) => detail.startsWith(`${llama}:`))).toHaveLength(2);
  await user.clear(input);
  await user.keyboard('run llama-3.2-3b');
  expect(labels().slice(0, 1)).toEqual([commands.run('llama-3.2-3b-instruct')]);
  expect(details().filter((detail) => detail.startsWith(`${llama}:`))).toEqual([]);
  await user.clear(input);
  await user.keyboard('run llama 1.8.0{Enter}');
  const dialog = await screen.findByRole('dialog', { name: words.deploy.title('llama-3.2-1b-instruct') });
  expect(within(dialog).getByRole('textbox', { name: words.deploy.reference })).toHaveProperty(
    'value',
    `${llama}:1.8.0`,
  );
});

test('what was found is marked, and stays one text for those who listen', async () => {
  const { user, options } = await open();
  await user.keyboard('log st');
  const [first] = options();
  expect([...(first?.querySelectorAll('mark') ?? [])].map((mark) => mark.textContent)).toEqual(['log', 'st']);
  expect(first?.textContent).toContain(commands.openLog('stage'));
});

test('arrows choose, the input stays focused and says which one is chosen', async () => {
  const { user, input, options } = await open();
  const active = () => options().findIndex((option) => option.id === input.getAttribute('aria-activedescendant'));
  await waitFor(() => expect(active()).toBe(0));
  await user.keyboard('{ArrowDown}{ArrowDown}');
  expect(active()).toBe(2);
  await user.keyboard('{ArrowUp}');
  expect(active()).toBe(1);
  expect(document.activeElement).toBe(input);
});

test('what was used last comes first the next time, also in another window', async () => {
  const { user } = await open();
  await user.keyboard('log stage{Enter}');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  await user.keyboard('{Control>}k{/Control}');
  await screen.findByRole('group', { name: words.palette.recent });
  const [first] = screen.getAllByRole('option');
  expect(first?.textContent).toContain(commands.openLog('stage'));
  expect(JSON.parse(localStorage.getItem('nimdeck.recentCommands') ?? '')).toEqual(['nim-log stage']);
});

test('closed without a choice it gives the focus back', async () => {
  const fake = withEverything();
  const { user } = renderApp({ fake, hash: '#/models' });
  const search = await screen.findByRole('searchbox', { name: words.models.search });
  await user.click(search);
  await user.keyboard('{Control>}k{/Control}');
  await screen.findByRole('dialog', { name: words.palette.title });
  await user.keyboard('{Escape}');
  await waitFor(() => expect(document.activeElement).toBe(search));
});

test('offers nothing that cannot be done: no engine, already signed in', async () => {
  const fake = withEverything();
  fake.world.nims.set({ isKnown: false, nims: [fakeNim('stage', { status: 'unknown' })] });
  fake.world.engine.set({ ...fake.world.engine.get()!, status: 'unreachable' });
  fake.world.ngc.set(signedIn);
  const { user, labels } = await open(fake);
  expect(labels()).not.toContain(commands.signIn);
  await user.keyboard('stage');
  expect(labels()).toEqual(expect.not.arrayContaining([commands.stop('stage'), commands.start('stage')]));
  await user.clear(screen.getByRole('combobox'));
  await user.keyboard('nemotron');
  expect(labels()).toEqual([commands.showModel('nemotron-nano')]);
});

test('the choice of a model: what is ready, what is here, the list, and nothing else', async () => {
  const fake = withEverything();
  const { user } = renderApp({ fake, hash: '#/settings' });
  await waitFor(() => expect(fake.world.nims.readers()).toBe(1));
  await user.keyboard('{Control>}l{/Control}');
  const dialog = await screen.findByRole('dialog', { name: words.palette.titleModels });
  await waitFor(() => expect(within(dialog).getAllByRole('option')).toHaveLength(3));
  const texts = within(dialog)
    .getAllByRole('option')
    .map((option) => option.textContent);
  expect(texts[0]).toContain(commands.chatWith('stage'));
  expect(texts[1]).toContain(commands.start('spare'));
  expect(texts[2]).toContain(commands.run('llama-3.1-8b-instruct'));
});

test('a page lends what it can do', async () => {
  const fake = withEverything();
  const { user } = renderApp({ fake, hash: '#/chat/conversation-Paged attention' });
  await screen.findByRole('heading', { level: 1, name: 'Paged attention' });
  await user.keyboard('{Control>}k{/Control}');
  await user.click(await screen.findByRole('option', { name: new RegExp(commands.removeThis.chat) }));
  await waitFor(() => expect(fake.calls.some(([operation]) => operation === 'chat.remove')).toBe(true));
});

test('a NIM is removed from anywhere, after the question that its own button asks', async () => {
  const fake = withEverything();
  const { user } = renderApp({ fake, hash: '#/settings' });
  await waitFor(() => expect(fake.world.nims.readers()).toBe(1));
  await user.keyboard('{Control>}k{/Control}');
  await user.keyboard('remove stage');
  await user.click(await screen.findByRole('option', { name: new RegExp(commands.removeNim('stage')) }));
  const dialog = await screen.findByRole('alertdialog', { name: words.running.removeTitle('stage') });
  expect(fake.calls.some(([operation]) => operation === 'nims.remove')).toBe(false);
  await user.click(within(dialog).getByRole('button', { name: words.running.removeConfirm }));
  await waitFor(() => expect(fake.calls).toContainEqual(['nims.remove', { nimId: idOf('stage') }]));
});

test('on the page of a NIM, what is removed is the NIM', async () => {
  const fake = withEverything();
  const { user } = renderApp({ fake, hash: `#/running/${idOf('stage')}/overview` });
  await screen.findByRole('heading', { level: 1, name: 'stage' });
  await user.keyboard('{Control>}k{/Control}');
  expect(screen.queryByRole('option', { name: new RegExp(commands.removeThis.chat) })).toBeNull();
  await user.click(await screen.findByRole('option', { name: new RegExp(commands.removeThis.nim) }));
  const dialog = await screen.findByRole('alertdialog', { name: words.running.removeTitle('stage') });
  await user.click(within(dialog).getByRole('button', { name: words.running.removeConfirm }));
  await waitFor(() => expect(window.location.hash).toBe('#/running'));
});

test('never draws more than can be looked through', async () => {
  const fake = withEverything();
  fake.world.catalog = {
    ...fake.world.catalog,
    models: Array.from({ length: 1_500 }, (_, index) => fakeModel(`model-${index}`)),
  };
  const { user, options, dialog } = await open(fake);
  await user.keyboard('model');
  await waitFor(() => expect(options()).toHaveLength(shownResults));
  expect(dialog.textContent).toMatch(/4,4\d\d more results: go on typing/);
  act(() => fake.world.jobs.set([]));
  expect(options()).toHaveLength(shownResults);
});
