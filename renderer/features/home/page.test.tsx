import { act, screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import { createFakeApi } from '../../testing/fake-api.ts';
import {
  ago,
  fakeConversation,
  fakeEngine,
  fakeImage,
  fakeJob,
  fakeNim,
  idOf,
  noEngine,
} from '../../testing/fake-data.ts';
import { renderApp } from '../../testing/render-app.tsx';
import { watchable } from '../../testing/watchable.ts';
import { words } from '../../words.ts';

const open = (fake = createFakeApi()) => renderApp({ fake, hash: '' });
const card = (name: string) => screen.findByRole('region', { name });

test('is where one begins; while nothing is known it promises nothing', async () => {
  const fake = createFakeApi();
  for (const name of ['engine', 'gpu', 'ngc', 'images', 'nims', 'jobs', 'conversations', 'disks'] as const)
    fake.world[name] = watchable<never>();
  open(fake);
  expect(screen.getByRole('heading', { level: 1, name: words.home.title })).toBeDefined();
  expect(screen.queryByRole('region', { name: words.home.nextStep })).toBeNull();
  expect(screen.getByRole('link', { name: words.pages.home }).getAttribute('aria-current')).toBe('page');
  const checks = await card(words.home.checks);
  expect(within(checks).getByText(words.home.checking)).toBeDefined();
});

test('who is new sees what the machine brings, and one step', async () => {
  const { user } = open();
  await screen.findByRole('heading', { level: 1, name: words.home.welcome });
  const checks = await card(words.home.checks);
  for (const name of Object.values(words.home.checkNames))
    expect(within(checks).getByRole('heading', { name })).toBeDefined();
  await user.click(
    within(await card(words.home.nextStep)).getByRole('link', { name: words.home.steps['choose-model'].action }),
  );
  await waitFor(() => expect(window.location.hash).toBe('#/models'));
});

test('the step follows what is done', async () => {
  const fake = createFakeApi();
  const { user } = open(fake);
  await screen.findByRole('link', { name: words.home.steps['choose-model'].action });
  act(() => fake.world.images.set([fakeImage('nvcr.io/nim/meta/llama:1')]));
  await user.click(await screen.findByRole('button', { name: words.home.steps['run-image'].action('llama') }));
  expect(await screen.findByRole('dialog', { name: /^Run llama/ })).toBeDefined();
});

test('who was refused without a key is led to signing in, not to the same list again', async () => {
  const fake = createFakeApi();
  fake.world.jobs.set([
    fakeJob('gemma', { state: 'failed', endedAt: ago(3), failure: { code: 'NGC_KEY_MISSING', message: '' } }),
  ]);
  const { user } = open(fake);
  await user.click(within(await card(words.home.nextStep)).getByRole('button', { name: words.common.signIn }));
  expect(await screen.findByRole('dialog', { name: words.signIn.title })).toBeDefined();
});

test('without an engine: what was tried and the fix; what was pulled is not known, not none', async () => {
  const fake = createFakeApi();
  fake.world.engine.set(noEngine);
  fake.world.images.set(null);
  fake.world.nims.set({ isKnown: false, nims: [] });
  const { user } = open(fake);
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toContain('unix:///var/run/docker.sock');
  await user.click(within(alert).getByRole('button', { name: words.engine.recheck }));
  expect(fake.calls).toContainEqual(['engine.recheck', {}]);
  const installed = await card(words.home.installed);
  expect(installed.textContent).toContain(words.home.evidence.engineAway);
  expect(installed.textContent).not.toContain(words.home.installedNone);
  act(() => fake.world.engine.set(fakeEngine()));
  await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
});

test('who is not new sees what is going on, and does what is done most', async () => {
  const fake = createFakeApi();
  fake.world.nims.set({
    isKnown: true,
    nims: [
      fakeNim('old', { status: 'stopped' }),
      fakeNim('stage'),
      fakeNim('dead', {
        status: 'exited',
        exit: { code: 1, at: ago(5), isOutOfMemory: false, firstErrorLine: 'ValueError: no' },
      }),
    ],
  });
  fake.world.images.set([fakeImage('nvcr.io/nim/meta/llama:1'), fakeImage('postgres:17', { nim: null })]);
  fake.world.conversations.set([fakeConversation('Paging')]);
  const { user } = open(fake);
  const nims = await card(words.home.running);
  await within(nims).findByRole('link', { name: 'stage' });
  expect(
    within(nims)
      .getAllByRole('heading', { level: 3 })
      .map((heading) => heading.textContent),
  ).toEqual(['stage', 'dead', 'old']);
  expect(within(nims).getByRole('link', { name: words.running.chat }).getAttribute('href')).toBe(
    `#/chat/new/${idOf('stage')}`,
  );
  expect(within(nims).getByRole('button', { name: /Stop/ })).toBeDefined();
  const attention = await card(words.home.attention);
  expect(within(attention).getByText('ValueError: no')).toBeDefined();
  expect(within(attention).getByRole('link', { name: words.home.seeLog }).getAttribute('href')).toBe(
    `#/running/${idOf('dead')}/log`,
  );
  expect((await card(words.home.installed)).textContent).not.toContain('postgres');
  expect(within(await card(words.home.chats)).getByRole('link', { name: /Paging/ })).toBeDefined();
  const load = await card(words.home.load);
  expect(within(load).getByRole('meter', { name: words.home.gpuMemory }).getAttribute('aria-valuetext')).toBe(
    '22.9 GiB of 79.6 GiB',
  );
  // Good, so folded into a line.
  const checks = await card(words.home.checks);
  expect(within(checks).queryByText(words.home.checkNames.engine)).toBeNull();
  await user.click(within(checks).getByRole('button', { name: words.home.whatWasChecked }));
  expect(within(checks).getByText(words.home.checkNames.engine)).toBeDefined();
});

test('a failed pull is told, and leads to the jobs', async () => {
  const fake = createFakeApi();
  fake.world.jobs.set([
    fakeJob('gemma', { state: 'failed', endedAt: ago(3), failure: { code: 'DISK_FULL', message: '' } }),
  ]);
  const { user } = open(fake);
  await user.click(within(await card(words.home.attention)).getByRole('button', { name: words.home.seeJobs }));
  expect(await screen.findByRole('dialog', { name: words.jobs.title })).toBeDefined();
});

test('a list of NIMs that cannot be had is said, not waited for', async () => {
  const fake = createFakeApi();
  fake.world.conversations.set([fakeConversation('An old one')]);
  fake.failWith('nims.watch', new AppError('ENGINE_LOST', 'The engine closed the connection.'));
  open(fake);
  const nims = within(await card(words.home.running));
  expect(await nims.findByText('The engine closed the connection.')).toBeDefined();
  expect(nims.queryByText(words.common.loading)).toBeNull();
});
